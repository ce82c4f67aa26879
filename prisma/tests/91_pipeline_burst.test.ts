import { afterEach, describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { type Account, type Instrument, type Source, usePipeline } from '#prisma/tests/pipeline-world.ts';
import type { Reply } from '#prisma/tests/webhook-server.ts';
import { one } from '#server/db.ts';
import { Decimal } from '#server/money.ts';

const ALERTS = 500;
const db = useDatabase({ max: 12 });
// every job twice, done by two of four drains at the same time
const pipeline = usePipeline(db, { copies: 2, drains: 4 });

afterEach(() => pipeline().expectBooksAgree());

const countsOf = (instrument: Instrument) =>
  one<Record<string, number>>(
    db.owner,
    `select (select count(*)::int from public.signals where instrument_id = $1) as signals,
       (select count(*)::int from public.signal_deliveries where instrument_id = $1) as deliveries,
       (select count(*)::int from public.trade_intents where instrument_id = $1) as intents,
       (select count(*)::int from public.trades where instrument_id = $1 and status = 'OPEN') as trades,
       (select count(*)::int from public.orders where instrument_id = $1) as orders,
       (select count(*)::int from paper.orders where instrument_id = $1) as "ordersOfTheVenue"`,
    [instrument.id],
  );

describe('500 identical alerts at once over 50 connections', () => {
  it.each([
    ['with a time and a key', (at: string) => ({ timestamp: at, key: 'order-1' })],
    ['without either', () => ({})],
  ])('%s are one signal, and one delivery, intent, trade and order per account', async (_name, extra) => {
    const p = pipeline();
    const source = await p.source();
    const instrument = await p.instrument('100');
    const accounts: Account[] = [];
    for (let n = 0; n < 4; n += 1) accounts.push(await p.account([source]));
    const body = { symbol: instrument.symbol, action: 'buy', ...extra(db.now()) };
    const replies = await Promise.all(Array.from({ length: ALERTS }, () => p.alert(source.token, body)));
    expect(replies.filter(({ http }) => http !== 200).map(({ text }) => text)).toEqual([]);
    expect(replies.filter((reply) => reply.body.status === 'accepted')).toHaveLength(1);
    expect(replies.filter((reply) => reply.body.status === 'duplicate')).toHaveLength(ALERTS - 1);
    expect(new Set(replies.map((reply) => reply.body.signal_id)).size).toBe(1);
    await p.settle();
    const n = accounts.length;
    expect(await countsOf(instrument)).toEqual({
      ...{ signals: 1, deliveries: n, intents: n, trades: n, orders: n, ordersOfTheVenue: n },
    });
  });
});

/** What an account exposes: open quantity × mark + unfilled entry quantity × reserve price. */
const EXPOSURE = `
  select b.id, coalesce(sum(t.open_qty * q.last), 0)::text as open, coalesce(sum(o.rest), 0)::text as working,
    count(t.id)::int as positions,
    coalesce((select max(n) from (select count(*) as n from public.trades x where x.user_broker_id = b.id
      and x.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING') group by x.instrument_id) y), 0)::int as "ofOneSymbol"
  from public.user_brokers b
  left join public.trades t on t.user_broker_id = b.id and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')
  left join public.quotes q on q.instrument_id = t.instrument_id
  left join lateral (select sum((e.qty - e.filled_qty) * e.reserve_price) as rest from public.orders e
    where e.trade_id = t.id and e.kind = 'ENTRY'
      and e.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')) o on true
  where b.id = any ($1) group by b.id order by b.ordinal`;

interface Caps {
  exposure: string;
  positions: number;
  ofOneSymbol: number;
}

describe('500 different alerts at once', () => {
  const CAPS: readonly Caps[] = [
    { exposure: '3300.5', positions: 40, ofOneSymbol: 2 },
    { exposure: '50000', positions: 4, ofOneSymbol: 3 },
    { exposure: '2500', positions: 7, ofOneSymbol: 1 },
    { exposure: '90000', positions: 99, ofOneSymbol: 2 },
  ];

  /** An account with these caps, in place of the defaults, that follows all sources and may buy again. */
  async function cappedAccount(sources: readonly Source[], caps: Caps, n: number): Promise<Account> {
    const account = await pipeline().account(sources, {
      subscription: { sizing_mode: 'FIXED_NOTIONAL', sizing_value: String(150 + 50 * n), rebuys: true },
    });
    for (const [code, scope, currency, value] of [
      ['MAX_TOTAL_EXPOSURE', 'ACCOUNT', 'USD', caps.exposure],
      ['MAX_OPEN_POSITIONS', 'ACCOUNT', null, caps.positions],
      ['MAX_POSITIONS_PER_SYMBOL', 'SYMBOL', null, caps.ofOneSymbol],
    ]) {
      await db.owner.query(
        `insert into public.risk_limits (layer, user_id, user_broker_id, code, scope, currency, value)
         values ('ACCOUNT', $1, $2, $3, $4, $5, $6)`,
        [account.user_id, account.id, code, scope, currency, value],
      );
    }
    return account;
  }

  it('are all stored, and no cap is exceeded by a cent at any moment', async () => {
    const p = pipeline();
    await db.owner.query(`delete from public.risk_limits where layer = 'GLOBAL' and code in ('MAX_TOTAL_EXPOSURE',
      'MAX_EXPOSURE_PERCENT', 'MAX_OPEN_POSITIONS', 'MAX_POSITIONS_PER_SYMBOL', 'MAX_REBUYS')`);
    const sources = [
      await p.source(),
      await p.source(),
      await p.source(),
      await p.source(),
      await p.source(),
    ];
    const instruments: Instrument[] = [];
    for (let n = 0; n < 25; n += 1) instruments.push(await p.instrument(`${20 + 3.37 * n}`));
    const accounts: Account[] = [];
    for (const [n, caps] of CAPS.entries()) accounts.push(await cappedAccount(sources, caps, n));

    let looks = 0;
    const broken: string[] = [];
    const look = async (): Promise<void> => {
      looks += 1;
      const rows = await rowsOf<{ id: string; open: string; working: string } & Record<string, unknown>>(
        db.owner,
        EXPOSURE,
        [accounts.map(({ id }) => id)],
      );
      for (const row of rows) {
        const caps = CAPS[accounts.findIndex(({ id }) => id === row.id)];
        const exposure = new Decimal(row.open).plus(row.working);
        if (
          caps === undefined ||
          exposure.gt(caps.exposure) ||
          Number(row.positions) > caps.positions ||
          Number(row.ofOneSymbol) > caps.ofOneSymbol
        )
          broken.push(JSON.stringify({ row, caps }));
      }
    };

    const send = (count: number, wave: string) =>
      Array.from({ length: count }, (_, n) => {
        const { symbol } = instruments[n % instruments.length] as Instrument;
        const action = n % 4 === 3 ? 'add' : 'buy';
        const body = { symbol, action, direction: 'long', timestamp: db.now(), key: `${wave}-${n}` };
        return p.alert((sources[n % sources.length] as Source).token, body);
      });
    // the drains begin while the alerts still come in; the later waves find trades to add to
    const replies: Reply[] = [];
    for (const [wave, count] of [ALERTS, 100, 100].entries()) {
      const sent = send(count, `wave-${wave}`);
      await p.settle(look);
      replies.push(...(await Promise.all(sent)));
      await p.settle(look);
    }
    expect(replies.filter(({ body }) => body.status !== 'accepted').map(({ text }) => text)).toEqual([]);
    expect(new Set(replies.map((reply) => reply.body.signal_id)).size).toBe(ALERTS + 200);
    expect([...new Set(broken)]).toEqual([]);
    expect(looks).toBeGreaterThan(20);

    const ids = accounts.map(({ id }) => id);
    const refusals = await rowsOf<{ code: string }>(
      db.owner,
      `select distinct reason_code as code from public.trade_intents where user_broker_id = any ($1) and status = 'REJECTED'`,
      [ids],
    );
    expect(refusals.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['MAX_TOTAL_EXPOSURE', 'MAX_OPEN_POSITIONS', 'MAX_POSITIONS_PER_SYMBOL']),
    );
    const held = await rowsOf<{ positions: number; ofOneSymbol: number }>(db.owner, EXPOSURE, [ids]);
    expect(held.map(({ positions }) => positions)).toEqual([
      expect.any(Number),
      4,
      7,
      2 * instruments.length,
    ]);
    expect(held.at(-1)?.ofOneSymbol).toBe(2);
  });
});
