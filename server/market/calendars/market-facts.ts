/**
 * The shape in which an exchange's days are written down: its zone, its usual hours, and the days that differ.
 *
 * Entry points: `MarketFacts`, `datesOf`. Pure data; `../calendar.ts` turns it into sessions in UTC.
 * Invariants: dates are local to the exchange; a year that is not listed is unknown, never "no closures".
 */

/** Month-day lists by year, written compactly: `{ 2026: '01-01 01-19' }`. */
export type DatesByYear = Readonly<Record<number, string>>;

export interface MarketFacts {
  /** Lockstep's name of the market, e.g. `XNYS`. */
  readonly market: string;
  /** IANA zone whose rules decide daylight saving. */
  readonly zone: string;
  /** Usual hours, local, `HH:MM`. */
  readonly opens: string;
  readonly closes: string;
  /** Close on shortened days, local, `HH:MM`; null where the exchange has none. */
  readonly closesEarly: string | null;
  /** Weekdays on which the exchange was or will be closed. */
  readonly closures: DatesByYear;
  /** Weekdays that end at `closesEarly`. */
  readonly earlyCloses: DatesByYear;
  /** Saturdays and Sundays with a full session. */
  readonly weekendSessions: DatesByYear;
}

/** The dates (`YYYY-MM-DD`) of a list. */
export function datesOf(list: DatesByYear): Set<string> {
  const dates = new Set<string>();
  for (const [year, days] of Object.entries(list)) {
    for (const day of days.split(' ')) if (day !== '') dates.add(`${year}-${day}`);
  }
  return dates;
}
