/**
 * Tick hygiene: which ticks may set a quote, and which of those may trigger an exit.
 *
 * Entry points: `newHygiene`, `judgeTick`. Pure apart from the per-symbol state that the caller holds.
 * Invariants: a dropped tick changes no price of the state; the last good price only ever comes from a GOOD or
 * QUIET tick; source times of accepted ticks never go back; every tick is counted exactly once.
 */
import type { ClassRules, Tick } from './tick.ts';

/** GOOD sets the quote and may trigger; QUIET sets the quote only; DROP does neither. */
export type Verdict = 'GOOD' | 'QUIET' | 'DROP';

export type TickReason =
  | 'NOT_FINITE'
  | 'NOT_POSITIVE'
  | 'CROSSED'
  | 'DUPLICATE'
  | 'OUT_OF_ORDER'
  | 'FUTURE'
  | 'JUMP'
  | 'STALE'
  | 'FROZEN'
  | 'SESSION_CLOSED';

export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: TickReason | null;
}

/** What is known at the moment of judging. */
export interface TickContext {
  readonly rules: ClassRules;
  /** Our time of receipt, ms. */
  readonly now: number;
  readonly sessionOpen: boolean;
  /** Start of the session that holds `now`, ms; frozen time counts from there. Null while closed. */
  readonly sessionOpenedAt: number | null;
  /** Whether zero and negative prices are real for this instrument. */
  readonly allowsNegative: boolean;
}

/** Memory of one symbol between ticks. */
export interface Hygiene {
  good: Tick | null;
  /** When price or quote last differed from the one before, ms. */
  changedAt: number;
  /** An unbelievable tick that waits for a witness. */
  suspect: Tick | null;
  /** What came at the time of the last good tick or after it: where a repeat can still do harm. */
  readonly seen: Tick[];
  readonly counts: Map<TickReason | 'GOOD', number>;
}

/** Most ticks remembered to recognise a repeat, so that a burst within one moment cannot grow memory. */
export const SEEN_MAX = 64;
/** Clock difference with a source that is forgiven, ms. */
export const FUTURE_TOLERANCE_MS = 5_000;

const GOOD: Judgement = { verdict: 'GOOD', reason: null };

/** An empty memory, or one that resumes from a stored quote. */
export function newHygiene(resumeFrom: Tick | null): Hygiene {
  return {
    good: resumeFrom,
    changedAt: resumeFrom?.at ?? 0,
    suspect: null,
    seen: [],
    counts: new Map(),
  };
}

/** Judges one tick and updates the memory. */
export function judgeTick(state: Hygiene, tick: Tick, context: TickContext): Judgement {
  const judgement = decide(state, tick, context);
  const key = judgement.reason ?? 'GOOD';
  state.counts.set(key, (state.counts.get(key) ?? 0) + 1);
  return judgement;
}

function decide(state: Hygiene, tick: Tick, context: TickContext): Judgement {
  const broken = brokenReason(tick, context);
  if (broken !== null) return { verdict: 'DROP', reason: broken };
  if (isRepeat(state, tick)) return { verdict: 'DROP', reason: 'DUPLICATE' };
  if (state.good !== null && tick.at < state.good.at) return { verdict: 'DROP', reason: 'OUT_OF_ORDER' };
  if (!isBelievable(state, tick, context.rules.jump)) return { verdict: 'DROP', reason: 'JUMP' };
  accept(state, tick);
  if (!context.sessionOpen) return { verdict: 'QUIET', reason: 'SESSION_CLOSED' };
  if (context.now - tick.at > context.rules.staleMs) return { verdict: 'QUIET', reason: 'STALE' };
  const still = tick.at - Math.max(state.changedAt, context.sessionOpenedAt ?? 0);
  if (still >= context.rules.frozenMs) return { verdict: 'QUIET', reason: 'FROZEN' };
  return GOOD;
}

function brokenReason(tick: Tick, context: TickContext): TickReason | null {
  const { bid, ask, last, size, at } = tick;
  const finite = [bid, ask, last, size, at].every(Number.isFinite);
  if (!finite || size < 0) return 'NOT_FINITE';
  if (!context.allowsNegative && (bid <= 0 || ask <= 0 || last <= 0)) return 'NOT_POSITIVE';
  if (bid > ask) return 'CROSSED';
  return at > context.now + FUTURE_TOLERANCE_MS ? 'FUTURE' : null;
}

/**
 * A repeat of an older tick than the last good one is out of order already, so only what came since then is compared:
 * as a rule one tick, and no text is built for it.
 */
function isRepeat(state: Hygiene, tick: Tick): boolean {
  const { seen } = state;
  for (const known of seen) if (isSame(known, tick)) return true;
  if (seen.length >= SEEN_MAX) seen.shift();
  seen.push(tick);
  return false;
}

function isSame(a: Tick, b: Tick): boolean {
  return (
    a.at === b.at &&
    a.last === b.last &&
    a.bid === b.bid &&
    a.ask === b.ask &&
    a.size === b.size &&
    a.source === b.source
  );
}

/** Within the factor of the last good tick, or of a suspect that a later tick or another source confirms. */
function isBelievable(state: Hygiene, tick: Tick, jump: number): boolean {
  const { good, suspect } = state;
  if (good === null || isNear(good, tick, jump)) {
    state.suspect = null;
    return true;
  }
  const isWitness = suspect !== null && (tick.at > suspect.at || tick.source !== suspect.source);
  if (isWitness && isNear(suspect, tick, jump)) {
    state.suspect = null;
    return true;
  }
  state.suspect = tick;
  return false;
}

function isNear(from: Tick, to: Tick, jump: number): boolean {
  return (
    differs(from.last, to.last) <= jump &&
    differs(from.bid, to.bid) <= jump &&
    differs(from.ask, to.ask) <= jump
  );
}

/** Relative distance; from zero everything is far, except zero. */
function differs(from: number, to: number): number {
  if (from === to) return 0;
  return Math.abs(to - from) / Math.abs(from);
}

function accept(state: Hygiene, tick: Tick): void {
  const before = state.good;
  const same =
    before !== null && before.last === tick.last && before.bid === tick.bid && before.ask === tick.ask;
  if (!same) state.changedAt = tick.at;
  if (before !== null && tick.at > before.at) {
    state.seen.length = 0;
    state.seen.push(tick);
  }
  state.good = tick;
}
