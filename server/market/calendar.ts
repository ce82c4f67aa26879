/**
 * When a market is open: sessions in UTC from transcribed facts, and 24/7 for crypto.
 *
 * Entry points: `sessionAt`, `sessionOfDay`, `nextSession`, `isOpen`, `tradingDay`, `calendarEnd`, `calendarState`.
 * Invariants: pure, no clock of its own; half-open sessions [opensAt, closesAt); after a calendar's last listed
 * year, and for an unknown market, there is no session, so that entries are closed rather than guessed.
 */
import { XBOM, XNSE } from './calendars/india.ts';
import { datesOf, type MarketFacts } from './calendars/market-facts.ts';
import { XNYS } from './calendars/xnys.ts';
import { localDay, utcOfLocal } from './zone.ts';

/** The market that never closes; its trading day is the UTC day. */
export const CRYPTO = 'CRYPTO';

/** Days before a calendar's end at which an alert is due. */
export const CALENDAR_END_WARNING_DAYS = 60;

const DAY_MS = 86_400_000;
const BOOKS: Readonly<Record<string, MarketFacts>> = { XNYS, XNSE, XBOM };

export type SessionKind = 'REGULAR' | 'EARLY_CLOSE' | 'SPECIAL';

/** One session; times are milliseconds since 1970 in UTC, `day` is the exchange's own date `YYYY-MM-DD`. */
export interface Session {
  readonly day: string;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly kind: SessionKind;
}

export interface CalendarState {
  readonly endsOn: string | null;
  readonly daysLeft: number | null;
  readonly state: 'OK' | 'ENDS_SOON' | 'ENDED' | 'UNKNOWN_MARKET';
}

interface Book {
  readonly sessions: readonly Session[];
  readonly byDay: ReadonlyMap<string, Session>;
  readonly endsOn: string;
}

const books = new Map<string, Book>();

/** Every market that has hours of its own. */
export function exchangeMarkets(): string[] {
  return Object.keys(BOOKS);
}

/** All sessions of an exchange in order of time; empty for CRYPTO and for unknown markets. */
export function sessionsOf(market: string): readonly Session[] {
  return bookOf(market)?.sessions ?? [];
}

/** The session of an exchange's date (`YYYY-MM-DD`), or null where it is closed that day. */
export function sessionOfDay(market: string, day: string): Session | null {
  if (market === CRYPTO) return utcDay(Date.parse(`${day}T00:00:00Z`));
  return bookOf(market)?.byDay.get(day) ?? null;
}

/** The session that holds the moment `at` (ms), or null while the market is closed. */
export function sessionAt(market: string, at: number): Session | null {
  if (market === CRYPTO) return utcDay(at);
  const session = lastStarted(market, at);
  return session !== null && at < session.closesAt ? session : null;
}

/** The first session that opens strictly after `at` (ms), or null past the calendar's end. */
export function nextSession(market: string, at: number): Session | null {
  if (market === CRYPTO) return utcDay(startOfUtcDay(at) + DAY_MS);
  const sessions = sessionsOf(market);
  return sessions[countStarted(sessions, at)] ?? null;
}

/** Whether the market trades at `at` (ms). */
export function isOpen(market: string, at: number): boolean {
  return sessionAt(market, at) !== null;
}

/** The trading day (`YYYY-MM-DD`) that `at` belongs to: UTC for CRYPTO, the exchange's local date otherwise. */
export function tradingDay(market: string, at: number): string {
  const facts = BOOKS[market];
  return facts === undefined ? new Date(at).toISOString().slice(0, 10) : localDay(facts.zone, at);
}

/** Last date that the calendar knows (`YYYY-MM-DD`); null for CRYPTO and for unknown markets. */
export function calendarEnd(market: string): string | null {
  return bookOf(market)?.endsOn ?? null;
}

/** Whether the calendar still reaches far enough at `at` (ms); ENDS_SOON and ENDED are to be alerted. */
export function calendarState(market: string, at: number): CalendarState {
  if (market === CRYPTO) return { endsOn: null, daysLeft: null, state: 'OK' };
  const endsOn = calendarEnd(market);
  if (endsOn === null) return { endsOn, daysLeft: null, state: 'UNKNOWN_MARKET' };
  const daysLeft = Math.round((Date.parse(endsOn) - Date.parse(tradingDay(market, at))) / DAY_MS);
  if (daysLeft < 0) return { endsOn, daysLeft, state: 'ENDED' };
  return { endsOn, daysLeft, state: daysLeft <= CALENDAR_END_WARNING_DAYS ? 'ENDS_SOON' : 'OK' };
}

function bookOf(market: string): Book | null {
  const known = books.get(market);
  if (known !== undefined) return known;
  const facts = BOOKS[market];
  if (facts === undefined) return null;
  const sessions = buildSessions(facts);
  const lastYear = Math.max(...Object.keys(facts.closures).map(Number));
  const book = { sessions, byDay: new Map(sessions.map((s) => [s.day, s])), endsOn: `${lastYear}-12-31` };
  books.set(market, book);
  return book;
}

function buildSessions(facts: MarketFacts): Session[] {
  const closed = datesOf(facts.closures);
  const early = datesOf(facts.earlyCloses);
  const special = datesOf(facts.weekendSessions);
  const years = Object.keys(facts.closures).map(Number);
  const last = Date.UTC(Math.max(...years), 11, 31);
  const sessions: Session[] = [];
  for (let at = Date.UTC(Math.min(...years), 0, 1); at <= last; at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    const weekday = new Date(at).getUTCDay();
    const weekend = weekday === 0 || weekday === 6;
    if (closed.has(day) || (weekend && !special.has(day))) continue;
    const isEarly = early.has(day) && facts.closesEarly !== null;
    const closes = isEarly && facts.closesEarly !== null ? facts.closesEarly : facts.closes;
    sessions.push({
      day,
      opensAt: utcOfLocal(facts.zone, day, facts.opens),
      closesAt: utcOfLocal(facts.zone, day, closes),
      kind: isEarly ? 'EARLY_CLOSE' : weekend ? 'SPECIAL' : 'REGULAR',
    });
  }
  return sessions;
}

function lastStarted(market: string, at: number): Session | null {
  const sessions = sessionsOf(market);
  return sessions[countStarted(sessions, at) - 1] ?? null;
}

/** How many sessions have opened at or before `at`, by halving. */
function countStarted(sessions: readonly Session[], at: number): number {
  let low = 0;
  let high = sessions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const session = sessions[middle];
    if (session !== undefined && session.opensAt <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function startOfUtcDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** The day that was asked for last: every tick of a 24/7 market asks, and its text is dear. */
let lastUtcDay: Session = newUtcDay(0);

function utcDay(at: number): Session {
  if (at < lastUtcDay.opensAt || at >= lastUtcDay.closesAt) lastUtcDay = newUtcDay(at);
  return lastUtcDay;
}

function newUtcDay(at: number): Session {
  const opensAt = startOfUtcDay(at);
  return {
    day: new Date(opensAt).toISOString().slice(0, 10),
    opensAt,
    closesAt: opensAt + DAY_MS,
    kind: 'REGULAR',
  };
}
