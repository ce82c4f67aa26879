import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '#prisma/tests/factories.ts';
import { fifo, type ModelFill, tradePnl } from '#prisma/tests/fifo-model.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { fill, orderWorld, type World } from '#prisma/tests/order-world.ts';
import { Decimal } from '#server/money.ts';

const db = useDatabase();

/** Fill sequences, each on an instrument of its own, and steps of each before it is closed out. */
const SEQUENCES = 1_000;
const STEPS = 5;
/** Accounts over which they are spread: an account's day is recomputed from all its live trades. */
const ACCOUNTS = 40;
/** Sequences are played in lock-step, so many at once. */
const CHUNK = 250;

/** Where a step's fill falls: the entry or the exit of the long trade, or of the short one. */
type Where = 'LONG+' | 'LONG-' | 'SHORT+' | 'SHORT-';
interface Step {
  where: Where;
  qty: string;
  price: string;
  fee: string;
}

const units = (max: number, decimals: number) =>
  fc.integer({ min: 1, max }).map((n) => new Decimal(n).div(new Decimal(10).pow(decimals)).toFixed());
const step: fc.Arbitrary<Step> = fc.record({
  where: fc.constantFrom<Where>('LONG+', 'LONG+', 'LONG-', 'SHORT+', 'SHORT-'),
  qty: fc.oneof(units(9_999_999, 6), fc.constantFrom('1', '2', '10')),
  price: units(9_999_999_999, 8),
  fee: fc.oneof(fc.constant('0'), units(999_999_999, 8)),
});
const sequences = fc.sample(fc.array(step, { minLength: STEPS, maxLength: STEPS }), {
  numRuns: SEQUENCES,
  seed: 20_261_120,
});

interface Book {
  account: string;
  instrument: string;
  orders: Record<Where, string>;
  trades: Record<'LONG' | 'SHORT', string>;
}
let world: World;
let books: Book[];

/** Per sequence an instrument, a long and a short trade, and for each an entry and an exit order that never fill up. */
const BOOKS = `
  with account as (
    insert into public.user_brokers (user_id, name, reconciled_at)
    select $1, 'FIFO ' || n, now() from generate_series(1, $3) n returning id
  ), numbered as materialized (
    select id, row_number() over (order by id) - 1 as n from account
  ), instrument as (
    insert into public.instruments (symbol, market, asset_class, currency, tick_size, lot_size, multiplier, simulated)
    select 'FIFO' || n, 'CRYPTO', 'CRYPTO', 'USD', 0.00000001, 0.000001, (array[1, 100, 0.1])[1 + n % 3], true
    from generate_series(1, $2) n returning id, symbol
  ), trade as materialized (
    select a.id as account, i.id as instrument, d.direction, fn.trade_create(jsonb_build_object('user_id', $1::uuid,
      'user_broker_id', a.id, 'instrument_id', i.id, 'direction', d.direction, 'origin', 'EXTERNAL')) as id
    from instrument i join numbered a on a.n = substr(i.symbol, 5)::int * $3 / ($2 + 1), (values ('LONG'), ('SHORT')) d(direction)
  ), placed as materialized (
    select t.*, k.kind, fn.order_create(jsonb_build_object('user_id', $1::uuid, 'user_broker_id', t.account,
      'instrument_id', t.instrument, 'trade_id', t.id, 'kind', k.kind, 'origin', 'EXTERNAL', 'order_type', 'MARKET',
      'side', case when (t.direction = 'LONG') = (k.kind = 'ENTRY') then 'BUY' else 'SELL' end, 'qty', 1000000)) as order_id
    from trade t, (values ('ENTRY'), ('EXIT')) k(kind)
  )
  select account, instrument, jsonb_object_agg(direction || case kind when 'ENTRY' then '+' else '-' end, order_id) as orders,
    jsonb_object_agg(direction, id) as trades
  from placed group by account, instrument order by account, instrument`;

/** Position, lots and trades of every instrument must tell the same quantity and the same money. */
const BOOKS_THAT_DISAGREE = `
  with lots as (
    select l.instrument_id, sum(fn.direction_sign(l.direction) * l.remaining_qty) as qty,
      sum(-fn.direction_sign(l.direction) * l.remaining_value - l.remaining_fee) as cash
    from public.fifo_lots l group by 1
  ), taken as (
    select a.instrument_id, sum(a.pnl) as pnl from public.fifo_allocations a group by 1
  ), trades as (
    select t.instrument_id, sum(fn.direction_sign(t.direction) * (t.entry_qty - t.exit_qty)) as qty,
      sum(fn.direction_sign(t.direction) * (t.exit_value - t.entry_value) - t.entry_fees - t.exit_fees) as cash
    from public.trades t group by 1
  )
  select p.instrument_id
  from public.positions p
  left join lots using (instrument_id) left join taken using (instrument_id) left join trades using (instrument_id)
  where p.qty <> coalesce(lots.qty, 0) or p.qty <> trades.qty or p.cash_flow <> trades.cash
    or p.cash_flow <> coalesce(taken.pnl, 0) + coalesce(lots.cash, 0)`;

async function play(fills: Row[]): Promise<void> {
  for (let from = 0; from < fills.length; from += CHUNK) {
    const chunk = fills.slice(from, from + CHUNK);
    expect(await fill(db, ...chunk)).toMatchObject({ applied: chunk.length, unmatched: [] });
  }
  expect(await rowsOf(db.owner, BOOKS_THAT_DISAGREE)).toEqual([]);
}

/** Exit fills for exactly what the long and the short trade still hold. */
const CLOSE_OUT = `
  select o.id as order_id, t.open_qty::text as qty, (50 + t.open_qty)::numeric(28, 8)::text as price
  from public.trades t join public.orders o on o.trade_id = t.id and o.kind = 'EXIT' where t.open_qty > 0`;

beforeAll(async () => {
  world = await orderWorld(db);
  books = await rowsOf<Book>(db.owner, BOOKS, [world.userId, SEQUENCES, ACCOUNTS]);
  // Withdrawn orders may still fill: so a trade closes whenever it is flat, and opens again with the next entry fill.
  await db.owner.query(`update public.orders set status = 'CANCELLED', ended_at = created_at`);
});

describe(`tax lots and trades over ${SEQUENCES} random fill sequences`, { timeout: 240_000 }, () => {
  it('after every step, position, lots and trades tell the same quantity and the same money', async () => {
    for (let at = 0; at < STEPS; at += 1) {
      await play(
        sequences.map((steps, index) => {
          const { where, ...rest } = steps[at] as Step;
          return { order_id: books[index]?.orders[where], broker_fill_id: `${index}:${at}`, ...rest };
        }),
      );
      // An exit beyond what its trade holds is what an over-exit is made of; each leaves an alert.
      await db.owner.query('delete from public.alerts');
    }
    const closing = await rowsOf(db.owner, CLOSE_OUT);
    await play(
      closing.map((row, index) => ({ ...row, broker_fill_id: `close:${index}`, fee: '0.12345678' })),
    );
  });

  it('lots and allocations are those of the independent model, to the last decimal', async () => {
    const fills = await rowsOf<ModelFill & { instrument: string }>(
      db.owner,
      `select instrument_id as instrument, fill_seq::int as seq, side, qty::text, price::text, fee::text, multiplier::text
       from public.trade_fills order by instrument_id, fill_seq`,
    );
    const lots = await grouped(
      `select instrument_id as key, fill_seq::int as seq, direction, price, qty, value, fee, remaining_qty, remaining_value, remaining_fee
       from public.fifo_lots order by fill_seq`,
    );
    const allocations = await grouped(
      `select a.instrument_id as key, l.fill_seq::int as "lotSeq", a.closing_seq::int as "fillSeq", a.qty, a.open_price, a.close_price,
         a.cost_basis, a.gross_proceeds, a.open_fee, a.close_fee, a.pnl, a.net_proceeds - a.cost_basis as net
       from public.fifo_allocations a join public.fifo_lots l on l.id = a.lot_id order by a.closing_seq, l.fill_seq`,
    );
    for (const { instrument } of books) {
      const model = fifo(fills.filter((row) => row.instrument === instrument));
      expect(lots.get(instrument) ?? []).toEqual(
        model.lots.map((lot) =>
          plain({
            seq: lot.seq,
            direction: lot.direction,
            price: lot.price,
            qty: lot.qty,
            value: lot.amount,
            fee: lot.fee,
            remaining_qty: lot.left.qty,
            remaining_value: lot.left.amount,
            remaining_fee: lot.left.fee,
          }),
        ),
      );
      expect(allocations.get(instrument) ?? []).toEqual(
        model.allocations.map((a) =>
          plain({
            lotSeq: a.lotSeq,
            fillSeq: a.fillSeq,
            qty: a.qty,
            open_price: a.openPrice,
            close_price: a.closePrice,
            cost_basis: a.costBasis,
            gross_proceeds: a.grossProceeds,
            open_fee: a.openFee,
            close_fee: a.closeFee,
            pnl: a.pnl,
            net: a.pnl,
          }),
        ),
      );
    }
  });

  it('a closed trade’s P&L is that of its own fills', async () => {
    const fills = await grouped(
      `select trade_id as key, fill_seq::int as seq, side, qty, price, fee, multiplier from public.trade_fills order by fill_seq`,
    );
    const closed = await rowsOf<{ id: string; pnl: string }>(
      db.owner,
      `select id, realized_pnl as pnl from public.trades where status = 'CLOSED'`,
    );
    expect(closed.length).toBeGreaterThan(SEQUENCES / 2);
    for (const trade of closed) {
      const own = (fills.get(trade.id) ?? []) as unknown as ModelFill[];
      expect(new Decimal(trade.pnl).toFixed()).toBe(tradePnl(own).toFixed());
    }
    await db.expectInvariantsHold();
  });

  it('rebuilding the lots of an instrument gives identical rows', async () => {
    const snapshot = async () => [
      await rowsOf(db.owner, 'select * from public.fifo_lots order by id'),
      await rowsOf(db.owner, 'select * from public.fifo_allocations order by id'),
    ];
    const before = await snapshot();
    for (const { account, instrument } of books)
      await db.worker.query('select fn.fifo_rebuild($1, $2)', [account, instrument]);
    expect(await snapshot()).toEqual(before);
  });

  it('rebuilding the daily results gives the same rows', async () => {
    const snapshot = () =>
      rowsOf(
        db.owner,
        `select to_jsonb(d) - 'updated_at' as row from public.daily_pnl d order by d.user_broker_id, d.day, d.exit_reason nulls first`,
      );
    const before = await snapshot();
    expect(before.length).toBeGreaterThan(0);
    for (const account of new Set(books.map((book) => book.account)))
      await db.worker.query('select fn.daily_pnl_rebuild($1)', [account]);
    expect(await snapshot()).toEqual(before);
  });
});

/** Numbers in their shortest form, so that 1.50 is 1.5; other values as they are. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  const short = (value: unknown) =>
    Decimal.isDecimal(value) || (typeof value === 'string' && /^-?[\d.]+$/.test(value))
      ? new Decimal(value).toFixed()
      : value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, short(value)]));
}

async function grouped(text: string): Promise<Map<string, Record<string, unknown>[]>> {
  const groups = new Map<string, Record<string, unknown>[]>();
  for (const { key, ...row } of await rowsOf<{ key: string }>(db.owner, text)) {
    const group = groups.get(key) ?? [];
    group.push(plain(row));
    groups.set(key, group);
  }
  return groups;
}
