/**
 * The calendars as rows for `market_days`, handed to `fn.market_days_put` when the schema is applied.
 *
 * Entry point: `marketDayRows`. Invariant: sorted by (market, day), the table's unique key.
 */
import { exchangeMarkets, type SessionKind, sessionsOf } from './calendar.ts';

export interface MarketDayRow {
  readonly market: string;
  /** The exchange's date, `YYYY-MM-DD`. */
  readonly day: string;
  /** ISO 8601 in UTC. */
  readonly opens_at: string;
  readonly closes_at: string;
  readonly kind: SessionKind;
}

/** Every session of every exchange that the calendars know; CRYPTO has no rows, since it never closes. */
export function marketDayRows(): MarketDayRow[] {
  return exchangeMarkets()
    .toSorted()
    .flatMap((market) =>
      sessionsOf(market).map((session) => ({
        market,
        day: session.day,
        opens_at: new Date(session.opensAt).toISOString(),
        closes_at: new Date(session.closesAt).toISOString(),
        kind: session.kind,
      })),
    );
}
