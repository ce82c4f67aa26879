/**
 * Rows that every installation has, demo or not: markets with their sessions, the platform's switch.
 *
 * Entry point: applyReference, after every apply; idempotent. Each row is written under the role of the stage
 * that owns its table. Defaults of exit rules and limits lie in prisma/sql beside their functions.
 */
import pg from 'pg';
import { calendarEnd } from '#server/market/calendar.ts';
import { marketDayRows } from '#server/market/calendar-rows.ts';

const MARKETS = [
  { code: 'CRYPTO', name: 'Crypto, around the clock', time_zone: 'UTC', always_open: true },
  { code: 'XNYS', name: 'New York Stock Exchange', time_zone: 'America/New_York', always_open: false },
  { code: 'XNSE', name: 'National Stock Exchange of India', time_zone: 'Asia/Kolkata', always_open: false },
  { code: 'XBOM', name: 'BSE, Mumbai', time_zone: 'Asia/Kolkata', always_open: false },
] as const;

const PUT_MARKETS = `
  insert into public.markets (code, name, time_zone, always_open, calendar_until)
  select m.code, m.name, m.time_zone, m.always_open, m.calendar_until
  from jsonb_to_recordset($1::jsonb) as m (code text, name text, time_zone text, always_open boolean, calendar_until date)
  order by m.code
  on conflict (code) do update set calendar_until = excluded.calendar_until
    where markets.calendar_until is distinct from excluded.calendar_until`;

const PUT_DAYS = `
  insert into public.market_days (market, day, kind, opens_at, closes_at)
  select d.market, d.day, d.kind, d.opens_at, d.closes_at
  from jsonb_to_recordset($1::jsonb) as d (market text, day date, kind text, opens_at timestamptz, closes_at timestamptz)
  order by d.market, d.day
  on conflict (market, day) do update
    set kind = excluded.kind, opens_at = excluded.opens_at, closes_at = excluded.closes_at
    where (market_days.kind, market_days.opens_at, market_days.closes_at)
      is distinct from (excluded.kind, excluded.opens_at, excluded.closes_at)`;

const PUT_PLATFORM_SWITCH = `insert into public.switches (scope) values ('PLATFORM') on conflict do nothing`;

/** Writes what is missing or changed. `flags`: those that the environment holds on or off. Throws on one that is unknown. */
export async function applyReference(ownerUrl: string, flags: Record<string, boolean> = {}): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'lockstep-apply' });
  client.on('error', () => undefined);
  await client.connect();
  const markets = MARKETS.map((market) => ({ ...market, calendar_until: calendarEnd(market.code) }));
  try {
    await client.query('begin; set local role lockstep_config');
    await client.query(PUT_MARKETS, [JSON.stringify(markets)]);
    await client.query(PUT_DAYS, [JSON.stringify(marketDayRows())]);
    await client.query(PUT_PLATFORM_SWITCH);
    await client.query('reset role');
    const { rows } = await client.query<{ unknown: string[] }>('select fn.flags_force($1) as unknown', [
      flags,
    ]);
    const unknown = rows[0]?.unknown ?? [];
    if (unknown.length > 0) throw new Error(`LOCKSTEP_FLAGS names unknown flags: ${unknown.join(', ')}`);
    await client.query('commit');
  } finally {
    await client.end();
  }
}
