/**
 * The feed loop's statements: instruments, leases, quotes, candles, refused ticks.
 *
 * Entry points: one function per statement. Invariant: quotes are written under the caller's leases only, and
 * a write that was fenced off is seen by the missing id in the answer.
 */
import { type Pool, withTx } from '#server/db.ts';
import { bucketAt, type Candle, type Timeframe } from '../candles.ts';
import type { FeedInstrument } from '../port.ts';
import { type AssetClass, priceText, type Tick } from '../tick.ts';

export interface Lease {
  readonly name: string;
  readonly epoch: string;
}

export interface QuoteWrite {
  readonly instrumentId: string;
  readonly tick: Tick;
  /** When price or quote last differed from the one before, ms. */
  readonly changedAt: number;
  /** Ticks accepted since the last write. */
  readonly ticks: number;
  readonly lease: Lease;
}

export interface Reject {
  readonly instrumentId: string;
  readonly reason: string;
  readonly minute: number;
  count: number;
  readonly example: Tick;
}

interface InstrumentRow {
  id: string;
  symbol: string;
  market: string;
  asset_class: AssetClass;
  tick_size: string;
  allows_negative: boolean;
  bid: string | null;
  ask: string | null;
  last: string | null;
  at: string | null;
}

const INSTRUMENTS = `
  select i.id, i.symbol, i.market, i.asset_class, i.tick_size, i.allows_negative, q.bid, q.ask, q.last,
    (extract(epoch from q.source_time) * 1000)::bigint as at
  from public.instruments i left join public.quotes q on q.instrument_id = i.id
  where i.status = 'ACTIVE' and i.asset_class <> 'OPTION' order by i.id`;

/** The instruments that a feed may carry, with their stored quotes. */
export async function readInstruments(pool: Pool): Promise<FeedInstrument[]> {
  const { rows } = await pool.query<InstrumentRow>(INSTRUMENTS);
  return rows.map((row) => ({
    id: row.id,
    symbol: row.symbol,
    market: row.market,
    assetClass: row.asset_class,
    tickSize: Number(row.tick_size),
    allowsNegative: row.allows_negative,
    stored: storedTick(row),
  }));
}

/** Candles of these symbols that were left incomplete, by instrument. */
export async function readOpenCandles(
  pool: Pool,
  instruments: readonly FeedInstrument[],
): Promise<Map<string, Candle[]>> {
  const { rows } = await pool.query<CandleRow>(
    `select instrument_id, timeframe, open, high, low, close, volume, (extract(epoch from opens_at) * 1000)::bigint as at
     from public.candles where instrument_id = any ($1) and not complete`,
    [instruments.map(({ id }) => id)],
  );
  const markets = new Map(instruments.map(({ id, market }) => [id, market]));
  const found = new Map<string, Candle[]>();
  for (const row of rows) {
    const candle = candleOf(row, markets.get(row.instrument_id) ?? '');
    if (candle !== null) found.set(row.instrument_id, [...(found.get(row.instrument_id) ?? []), candle]);
  }
  return found;
}

type CandleRow = Record<'instrument_id' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'at', string> & {
  timeframe: Timeframe;
};

/** Null where its time lies outside of a session by now. */
function candleOf(row: CandleRow, market: string): Candle | null {
  const { timeframe } = row;
  const bucket = bucketAt(market, timeframe, Number(row.at));
  if (bucket === null) return null;
  return {
    timeframe,
    ...bucket,
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: Number(row.volume),
    complete: false,
  };
}

/** The database's time as ms since 1970. */
export async function readClock(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ at: string }>(
    'select (extract(epoch from fn.clock()) * 1000)::bigint as at',
  );
  return Number(rows[0]?.at);
}

export async function takeLeases(
  pool: Pool,
  names: string[],
  holder: string,
  ttlMs: number,
): Promise<Lease[]> {
  return leases(pool, 'select name, epoch from fn.leases_take($1, $2, $3)', [names, holder, ttlMs]);
}

export async function renewLeases(
  pool: Pool,
  names: string[],
  holder: string,
  ttlMs: number,
): Promise<Lease[]> {
  return leases(pool, 'select name, epoch from fn.lease_renew($1, $2, $3)', [names, holder, ttlMs]);
}

export async function releaseLeases(pool: Pool, names: string[], holder: string): Promise<void> {
  await pool.query('select fn.lease_release($1, $2)', [names, holder]);
}

/** How many leases of a name's beginning are held, by anybody. */
export async function countLeases(pool: Pool, prefix: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'select count(*)::int as n from public.leases where starts_with(name, $1) and expires_at > fn.clock()',
    [prefix],
  );
  return rows[0]?.n ?? 0;
}

export async function forgetLeases(pool: Pool, prefix: string): Promise<void> {
  await pool.query('select fn.leases_forget($1)', [prefix]);
}

/**
 * Writes quotes in one statement; returns the ids that were written. The commit is not waited for on disk: a
 * quote lost in a crash of the server is replaced by the next one.
 */
export async function writeQuotes(
  pool: Pool,
  quotes: readonly QuoteWrite[],
  holder: string,
  simulated: boolean,
): Promise<Set<string>> {
  const rows = quotes.map(({ instrumentId, tick, changedAt, ticks, lease }) => ({
    instrument_id: instrumentId,
    bid: priceText(tick.bid),
    ask: priceText(tick.ask),
    last: priceText(tick.last),
    source_time: new Date(tick.at).toISOString(),
    changed_at: new Date(Math.min(changedAt, tick.at)).toISOString(),
    ticks,
    provider: tick.source,
    simulated,
    lease: lease.name,
    epoch: lease.epoch,
  }));
  return withTx(pool, async (client) => {
    await client.query('set local synchronous_commit = off');
    const written = await client.query<{ id: string }>('select fn.quotes_put($1, $2) as id', [
      JSON.stringify(rows),
      holder,
    ]);
    return new Set(written.rows.map((row) => row.id));
  });
}

export async function writeCandles(
  pool: Pool,
  candles: readonly { instrumentId: string; candle: Candle }[],
): Promise<void> {
  const rows = candles.map(({ instrumentId, candle }) => ({
    instrument_id: instrumentId,
    timeframe: candle.timeframe,
    opens_at: new Date(candle.opensAt).toISOString(),
    open: priceText(candle.open),
    high: priceText(candle.high),
    low: priceText(candle.low),
    close: priceText(candle.close),
    volume: candle.volume.toFixed(8),
    complete: candle.complete,
  }));
  await pool.query('select fn.candles_put($1)', [JSON.stringify(rows)]);
}

export async function writeRejects(pool: Pool, rejects: readonly Reject[]): Promise<void> {
  const rows = rejects.map(({ instrumentId, reason, minute, count, example }) => ({
    instrument_id: instrumentId,
    reason,
    minute: new Date(minute).toISOString(),
    count,
    example: Object.fromEntries(Object.entries(example).map(([key, value]) => [key, String(value)])),
  }));
  await pool.query('select fn.tick_rejects_put($1)', [JSON.stringify(rows)]);
}

/** Alerts for calendars that come near their end. */
export async function checkCalendars(pool: Pool): Promise<void> {
  await pool.query('select fn.market_calendars_check()');
}

async function leases(pool: Pool, text: string, values: unknown[]): Promise<Lease[]> {
  return (await pool.query<Lease>(text, values)).rows;
}

function storedTick(row: InstrumentRow): Tick | null {
  if (row.last === null || row.at === null) return null;
  const last = Number(row.last);
  return {
    bid: Number(row.bid ?? last),
    ask: Number(row.ask ?? last),
    last,
    size: 0,
    at: Number(row.at),
    source: 'STORED',
  };
}
