/**
 * SIMULATED: a seeded market that moves enough to close a demo trade within minutes.
 *
 * Entry point: `SimulatedFeed`. Pure: no clock, no I/O. Invariants: a step's randomness depends on (seed,
 * symbol, step of absolute time) alone, so that two workers with the same stored quote make the same ticks;
 * ticks lie on the tick size with bid < ask; exchanges are silent while closed and gap at the opening; no
 * single move comes near the jump factor of tick hygiene.
 */
import { CRYPTO, sessionAt } from '../calendar.ts';
import type { FeedInstrument, PriceFeed } from '../port.ts';
import { normal, seedOf, uniform } from '../random.ts';
import type { Tick } from '../tick.ts';

/** Time between ticks of one symbol, ms. */
export const STEP_MS = 250;
/** Standard deviation of the log price over one second: two barriers at −1 % and +2 % take about a minute. */
export const SIGMA_PER_SECOND = 0.0016;
/** Larger draws are cut off: even at the highest speed a step stays below the jump factor. */
const MOST_SIGMAS = 3.5;
/** Pull towards the price at which the symbol was opened, per second, so that it neither dies nor explodes. */
const PULL_PER_SECOND = 1 / 3600;
const JUMP_CHANCE = 1 / 2400;
const PAUSE_CHANCE = 1 / 1200;
const PAUSE_STEPS = 8;
const WIDE_SPREAD_CHANCE = 1 / 40;
const HALF_SPREAD = 0.0001;
/** Most steps made up in one pull; after a longer absence the price resumes where it stood. */
const MAX_STEPS = 240;

interface Line {
  readonly instrument: FeedInstrument;
  readonly seed: number;
  readonly anchor: number;
  price: number;
  step: number;
  day: string | null;
  silentUntil: number;
}

export class SimulatedFeed implements PriceFeed {
  readonly name = 'SIMULATED';
  readonly simulated = true;
  readonly #seed: string;
  readonly #speed: number;
  readonly #lines = new Map<string, Line>();

  /**
   * @param seed any text; the same one makes the same market
   * @param speed how many seconds of the market pass in one, 0.1 to 1000: ticks move by so much more
   */
  constructor(seed: string, speed = 1) {
    this.#seed = seed;
    this.#speed = speed;
  }

  open(instrument: FeedInstrument, now: number): void {
    const { stored, symbol, market } = instrument;
    const seed = seedOf(this.#seed, symbol);
    const price = stored?.last ?? 50 + 200 * uniform(seed, 0, 0);
    const day = stored === null ? null : (sessionAt(market, stored.at)?.day ?? null);
    this.#lines.set(instrument.id, {
      instrument,
      seed,
      anchor: price,
      price,
      step: Math.floor(now / STEP_MS),
      day,
      silentUntil: 0,
    });
  }

  pull(instrumentId: string, now: number): Tick[] {
    const line = this.#lines.get(instrumentId);
    if (line === undefined) return [];
    const last = Math.floor(now / STEP_MS);
    line.step = Math.max(line.step, last - MAX_STEPS);
    const ticks: Tick[] = [];
    while (line.step < last) {
      line.step += 1;
      const tick = nextTick(line, this.#speed);
      if (tick !== null) ticks.push(tick);
    }
    return ticks;
  }

  close(instrumentId: string): void {
    this.#lines.delete(instrumentId);
  }
}

function nextTick(line: Line, speed: number): Tick | null {
  const { instrument, seed, step } = line;
  const at = step * STEP_MS;
  const session = sessionAt(instrument.market, at);
  if (session === null) return null;
  const isNewDay = instrument.market !== CRYPTO && line.day !== null && line.day !== session.day;
  line.day = session.day;
  line.price *= Math.exp(move(line, speed) + (isNewDay ? 0.01 * clamp(normal(seed, step, 8), 3) : 0));
  if (uniform(seed, step, 4) < PAUSE_CHANCE) line.silentUntil = step + PAUSE_STEPS;
  return step < line.silentUntil ? null : tickAt(line, at);
}

/** Log return of one step: diffusion, a pull back to the anchor, and now and then a jump of 0.3 to 0.8 %. */
function move({ seed, step, price, anchor }: Line, speed: number): number {
  const seconds = (STEP_MS / 1000) * speed;
  const diffusion = SIGMA_PER_SECOND * Math.sqrt(seconds) * clamp(normal(seed, step, 0), MOST_SIGMAS);
  const pull = -PULL_PER_SECOND * seconds * Math.log(price / anchor);
  if (uniform(seed, step, 2) >= JUMP_CHANCE) return diffusion + pull;
  const size = 0.003 + 0.005 * uniform(seed, step, 3);
  return diffusion + pull + (uniform(seed, step, 5) < 0.5 ? -size : size);
}

function tickAt(line: Line, at: number): Tick {
  const { instrument, seed, step, price } = line;
  const unit = instrument.tickSize;
  const wide = uniform(seed, step, 6) < WIDE_SPREAD_CHANCE ? 5 : 1;
  const bidSteps = Math.max(1, Math.floor((price * (1 - HALF_SPREAD * wide)) / unit));
  const askSteps = Math.max(bidSteps + 1, Math.ceil((price * (1 + HALF_SPREAD * wide)) / unit));
  const lastSteps = Math.min(askSteps, Math.max(bidSteps, Math.round(price / unit)));
  const size = Math.ceil(1000 * uniform(seed, step, 7)) / 10;
  return {
    bid: onGrid(bidSteps, unit),
    ask: onGrid(askSteps, unit),
    last: onGrid(lastSteps, unit),
    size,
    at,
    source: 'SIMULATED',
  };
}

/** Steps × unit as the double nearest to that decimal, free of binary noise in its text. */
function onGrid(steps: number, unit: number): number {
  return Number((steps * unit).toPrecision(12));
}

function clamp(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value));
}
