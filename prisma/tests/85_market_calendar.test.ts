import { describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { CRYPTO, exchangeMarkets, nextSession, sessionAt, sessionsOf } from '#server/market/calendar.ts';
import { marketDayRows } from '#server/market/calendar-rows.ts';

describe('calendars in the database', () => {
  const db = useDatabase();

  it('hold every session of the code, and the last day that is known', async () => {
    const [count] = await rowsOf<{ n: number }>(db.worker, 'select count(*)::int as n from market_days');
    expect(count?.n).toBe(marketDayRows().length);
    expect(
      await rowsOf(db.worker, `select calendar_until::text as until from markets where code = 'XNYS'`),
    ).toEqual([{ until: '2028-12-31' }]);
  });

  it('agree with the calendar in code around every edge of every session', async () => {
    for (const market of exchangeMarkets()) {
      const edges = sessionsOf(market).flatMap((s) => [s.opensAt - 1, s.opensAt, s.closesAt - 1, s.closesAt]);
      const found = await rowsOf<{ is_open: boolean; opens: string | null }>(
        db.web,
        `select s.is_open, case when s.is_open then extract(epoch from s.opens_at) * 1000 end::bigint as opens
         from unnest($1::bigint[]) with ordinality a(ms, n)
         cross join lateral fn.market_session($2, to_timestamp(a.ms / 1000.0)) s order by a.n`,
        [edges, market],
      );
      const expected = edges.map((at) => {
        const session = sessionAt(market, at);
        return { is_open: session !== null, opens: session === null ? null : String(session.opensAt) };
      });
      expect(found).toEqual(expected);
    }
  });

  it('say when a market opens next', async () => {
    for (const [market, at] of [
      ['XNYS', '2026-11-25T21:00:00Z'],
      ['XNYS', '2026-11-20T15:00:00Z'],
      ['XNSE', '2026-11-20T12:00:00Z'],
    ] as const) {
      const [row] = await rowsOf<{ at: Date }>(db.worker, 'select fn.market_next_open($1, $2) as at', [
        market,
        at,
      ]);
      expect(row?.at.getTime()).toBe(nextSession(market, Date.parse(at))?.opensAt);
    }
    expect(await rowsOf(db.worker, `select fn.market_next_open('XNYS', '2029-02-01') as at`)).toEqual([
      { at: null },
    ]);
  });

  it('keep crypto open at all times, and an unknown market and the time after the end closed', async () => {
    const open = async (market: string, at: string) =>
      (
        await rowsOf(db.worker, 'select s.is_open, s.day::text from fn.market_session($1, $2) s', [
          market,
          at,
        ])
      )[0];
    expect(await open(CRYPTO, '2026-11-21T23:59:59Z')).toEqual({ is_open: true, day: '2026-11-21' });
    expect(await open('XXXX', '2026-11-20T15:00:00Z')).toEqual({ is_open: false, day: '2026-11-20' });
    expect(await open('XNYS', '2029-01-02T15:00:00Z')).toEqual({ is_open: false, day: '2029-01-02' });
  });

  it('raise one alert when the calendar of a market in use comes near its end', async () => {
    const check = async () =>
      (await rowsOf<{ n: number }>(db.worker, 'select fn.market_calendars_check() as n'))[0]?.n;
    await db.setClock('2028-10-30T12:00:00Z');
    expect(await check()).toBe(0);
    await db.owner.query(`set role lockstep_config; insert into instruments (symbol, market, asset_class, currency, tick_size, lot_size)
      values ('CALTEST', 'XNYS', 'EQUITY', 'USD', 0.01, 1); reset role`);
    expect(await check()).toBe(0);
    await db.setClock('2028-11-05T12:00:00Z');
    expect(await check()).toBe(1);
    expect(await check()).toBe(1);
    const alerts = await rowsOf(db.worker, `select code, key, text from alerts where code = 'CALENDAR_ENDS'`);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.text).toContain('2028-12-31');
  });
});
