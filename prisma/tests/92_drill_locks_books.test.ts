import { beforeAll, describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { afterWaiting, type Call, holds, passesBy, waitsInOrder } from '#prisma/tests/lock-probe.ts';
import { paperBench } from '#prisma/tests/paper-venue.ts';
import { one } from '#server/db.ts';
import { Decimal } from '#server/money.ts';

const db = useDatabase({ max: 8 });
const bench = paperBench(db);
beforeAll(() => bench.engine.setKnobs({ partialProbability: 0, latencyMinMs: 50, latencyMaxMs: 50 }));

describe('the paper book', () => {
  const resting = async () => {
    const instrument = await bench.instrument();
    await bench.quote(instrument, '99.99', '100.01');
    const { id, port } = bench.account();
    await port.connect();
    const order = bench.order(instrument, { type: 'LIMIT', limitPrice: new Decimal(50) });
    expect(await port.place(order)).toMatchObject({ kind: 'accepted' });
    return { instrument, id, port, order };
  };
  /** Two accounts with one fill each that is due; the account with the higher id is due first. */
  const due = async () => {
    const instrument = await bench.instrument();
    await bench.quote(instrument, '99.99', '100.01');
    const accounts = [bench.account(), bench.account()].sort((a, b) => (a.id < b.id ? 1 : -1));
    for (const { port } of accounts) {
      await port.place(bench.order(instrument));
      await db.advanceClock(10);
    }
    await db.advanceClock(1_000);
    return { instrument, low: accounts[1]?.id ?? '', high: accounts[0]?.id ?? '' };
  };
  const row = 'paper.accounts where id = $1';

  it.each([
    'paper.order_place',
    'paper.order_cancel',
    'paper.quote_match',
    'paper.order_read',
    'paper.orders_read',
    'paper.fills_read',
  ])('%s holds the account', async (name) => {
    const { instrument, id } = await resting();
    const placed = {
      account_id: id,
      client_order_id: 'x',
      instrument_id: instrument.id,
      symbol: instrument.symbol,
      asset_class: 'CRYPTO',
      side: 'BUY',
      type: 'LIMIT',
      time_in_force: 'GTC',
      qty: '1',
      limit_price: '50',
    };
    const calls: Record<string, Call> = {
      'paper.order_place': ['select paper.order_place($1)', [placed]],
      'paper.order_cancel': ['select paper.order_cancel($1, $2)', [id, { client_order_id: 'none' }]],
      'paper.quote_match': ['select paper.quote_match($1, 99.99, 100.01, 100)', [instrument.id]],
      'paper.order_read': ['select paper.order_read($1, $2)', [id, { client_order_id: 'none' }]],
      'paper.orders_read': ['select paper.orders_read($1, $2, 0, 10)', [id, db.now()]],
      'paper.fills_read': ['select paper.fills_read($1, $2, 0, 10)', [id, db.now()]],
    };
    await holds(db, calls[name] ?? ['select 1'], row, [id], db.paper);
  });

  it('paper.fill_settle adds to the position that it waited for', async () => {
    const { instrument, id, port } = await resting();
    await port.place(bench.order(instrument));
    await db.advanceClock(1_000);
    await bench.engine.deliverDueFills();
    await port.place(bench.order(instrument));
    await db.advanceClock(1_000);
    const fill = await one<{ id: string }>(
      db.owner,
      'select id from paper.fills where account_id = $1 and settled_at is null',
      [id],
    );
    await afterWaiting(
      db,
      ['select from paper.positions where account_id = $1 for update', [id]],
      (client) =>
        client.query('select paper.fill_settle(f, fn.clock()) from paper.fills f where f.id = $1', [fill.id]),
      (changer) => changer.query('update paper.positions set qty = qty + 7 where account_id = $1', [id]),
    );
    const [position] = await rowsOf(
      db.owner,
      'select qty::float as qty from paper.positions where account_id = $1',
      [id],
    );
    expect(position).toEqual({ qty: 27 });
    await db.owner.query('update paper.positions set qty = qty - 7 where account_id = $1', [id]);
  });

  it('paper.advance takes accounts in id order', async () => {
    const { low, high } = await due();
    await waitsInOrder(db, ['select paper.advance()'], 'paper.accounts', {
      key: 'id',
      low,
      high,
      touch: 'currency',
    });
  });

  it('paper.news_claim passes news by that somebody else tells already', async () => {
    const { low } = await due();
    await db.owner.query('select paper.advance()');
    await passesBy(
      db,
      ['select from paper.news where account_id = $1 for update', [low]],
      ['select paper.news_claim(array[$1]::uuid[], null, 5000, 10)', [low]],
    );
  });

  it('paper.news_done takes news in id order', async () => {
    const { low } = await due();
    await db.owner.query('select paper.advance()');
    const rows = await rowsOf<{ id: string }>(
      db.owner,
      'select id from paper.news where account_id = $1 order by id',
      [low],
    );
    const ids = rows.map(({ id }) => id);
    await waitsInOrder(db, ['select paper.news_done($1::bigint[])', [ids]], 'paper.news', {
      key: 'id',
      low: ids[0],
      high: ids[1],
      touch: 'leased_until',
    });
  });
});

describe('leases', () => {
  const NAMES = ['lock-a', 'lock-b'];
  it.each([
    ['fn.lease_renew', 'select * from fn.lease_renew($1, $2, 5000)'],
    ['fn.lease_release', 'select fn.lease_release($1, $2)'],
  ])('%s takes them in name order', async (_, text) => {
    await db.owner.query('select * from fn.leases_take($1, $2, 5000)', [NAMES, 'me']);
    await waitsInOrder(db, [text, [NAMES, 'me']], 'public.leases', {
      key: 'name',
      low: 'lock-a',
      high: 'lock-b',
      touch: 'holder',
    });
  });

  it('fn.leases_hold keeps them where they are', async () => {
    await db.owner.query('select * from fn.leases_take($1, $2, 5000)', [NAMES, 'me']);
    await holds(
      db,
      [`select * from fn.leases_hold($1, array[1, 1], 'me')`, [NAMES]],
      'public.leases where name = $1',
      ['lock-a'],
    );
  });
});
