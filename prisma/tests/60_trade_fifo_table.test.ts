import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fifo, type ModelFill } from '#prisma/tests/fifo-model.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { claim, fill, insertEntry, insertExit, orderWorld } from '#prisma/tests/order-world.ts';

const SHARED = path.join(process.env.LOCKSTEP_SHARED ?? '../shared', 'specs/fifo');
const db = useDatabase();

interface Part {
  qty: string;
  cost: string;
}
interface Answer {
  realised_pnl: string;
  lots_consumed: Part[];
  remaining: Part[];
}

/** The postings of the ledger as fills: `10 AAPL {100.00 USD}` buys, `-18 AAPL {} @ 120.00 USD` sells. */
function readLedger(): ModelFill[] {
  const text = readFileSync(path.join(SHARED, 'fifo.beancount'), 'utf8');
  return [...text.matchAll(/Assets:Broker:\w+ (-?)([\d.]+) \w+ \{([\d.]*)[^}]*\}(?: @ ([\d.]+))?/g)].map(
    ([, minus, qty, cost, price], index) => ({
      seq: index + 1,
      side: minus === '-' ? 'SELL' : 'BUY',
      qty: qty as string,
      price: (minus === '-' ? price : cost) as string,
      fee: '0',
      multiplier: '1',
    }),
  );
}

describe.skipIf(!existsSync(SHARED))('tax lots against the answer of an accounting program', () => {
  it('lots consumed, lots left and the realised P&L are the same, in the model and in SQL', async () => {
    const answer: Answer = JSON.parse(readFileSync(path.join(SHARED, 'fifo.expected.json'), 'utf8'));
    const fills = readLedger();
    const part = (qty: unknown, cost: unknown) => ({ qty: Number(qty), cost: Number(cost) });
    const expected = {
      pnl: Number(answer.realised_pnl),
      consumed: answer.lots_consumed.map((lot) => part(lot.qty, lot.cost)),
      left: answer.remaining.map((lot) => part(lot.qty, lot.cost)),
    };
    const model = fifo(fills);
    expect({
      pnl: model.allocations.reduce((sum, a) => sum + Number(a.pnl), 0),
      consumed: model.allocations.map((a) => part(a.qty, a.openPrice)),
      left: model.lots.filter((lot) => lot.left.qty.gt(0)).map((lot) => part(lot.left.qty, lot.price)),
    }).toEqual(expected);

    const world = await orderWorld(db);
    const entry = await insertEntry(db, world, { qty: '25' });
    await claim(db, [entry.orderId]);
    let exitOrder = '';
    for (const { seq, side, qty, price } of fills) {
      if (side === 'SELL' && exitOrder === '') {
        exitOrder = (await insertExit(db, world, entry.tradeId, qty)).orderId;
        await claim(db, [exitOrder]);
      }
      const order_id = side === 'BUY' ? entry.orderId : exitOrder;
      expect(await fill(db, { order_id, broker_fill_id: `${seq}`, qty, price })).toMatchObject({
        applied: 1,
      });
    }
    const taken = await rowsOf<Record<'qty' | 'open_price' | 'pnl', string>>(
      db.owner,
      `select a.qty, a.open_price, a.pnl from public.fifo_allocations a
       join public.fifo_lots l on l.id = a.lot_id order by l.fill_seq`,
    );
    const left = await rowsOf<Record<'remaining_qty' | 'price', string>>(
      db.owner,
      'select remaining_qty, price from public.fifo_lots where remaining_qty > 0 order by fill_seq',
    );
    expect({
      pnl: taken.reduce((sum, a) => sum + Number(a.pnl), 0),
      consumed: taken.map((a) => part(a.qty, a.open_price)),
      left: left.map((lot) => part(lot.remaining_qty, lot.price)),
    }).toEqual(expected);
  });
});
