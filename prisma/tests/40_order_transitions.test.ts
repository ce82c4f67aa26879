import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { insertEntry, orderWorld } from '#prisma/tests/order-world.ts';
import { one } from '#server/db.ts';

const db = useDatabase();

/** The life of an order as the specification tells it: everything that may follow each state. */
const NEXT: Record<string, string[]> = {
  CREATED: ['SUBMITTING', 'DENIED', 'CANCELLED', 'EXPIRED'],
  SUBMITTING: ['PLACED', 'PARTIALLY_FILLED', 'FILLED', 'REJECTED', 'CANCELLED', 'EXPIRED', 'UNKNOWN'],
  UNKNOWN: ['PLACED', 'PARTIALLY_FILLED', 'FILLED', 'REJECTED', 'CANCELLED', 'EXPIRED', 'SUBMITTING'],
  PLACED: ['PARTIALLY_FILLED', 'FILLED', 'CANCEL_REQUESTED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'UNKNOWN'],
  PARTIALLY_FILLED: ['FILLED', 'CANCEL_REQUESTED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'UNKNOWN'],
  CANCEL_REQUESTED: ['CANCELLED', 'FILLED', 'EXPIRED', 'REJECTED', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED'],
  CANCELLED: ['FILLED'],
  EXPIRED: ['FILLED'],
  REJECTED: ['FILLED'],
  FILLED: [],
  DENIED: [],
};
const STATES = Object.keys(NEXT);
const REPORTS = ['ACCEPTED', 'OPEN', 'REJECTED', 'CANCELLED', 'EXPIRED', 'CANCEL_REFUSED', 'LOST', 'MISSING'];
const allowed = (from: string, to: string): boolean => NEXT[from]?.includes(to) ?? false;

/** The columns that a state asks for beside itself. */
const dress = (status: string) => ({
  filled_qty: status === 'FILLED' ? '10' : status === 'PARTIALLY_FILLED' ? '4' : '0',
  ended_at: ['DENIED', 'FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED'].includes(status) ? db.now() : null,
});

async function put(id: string, status: string): Promise<void> {
  const { filled_qty, ended_at } = dress(status);
  await db.owner.query(
    `update public.orders set status = $2, filled_qty = $3, ended_at = $4, claimed_by = 'w', claimed_at = $5, unknown_at = $5,
       cancel_requested_at = $5, reject_code = 'TEST', updated_at = $5 where id = $1`,
    [id, status, filled_qty, ended_at, db.now()],
  );
}

describe('the transitions of orders', () => {
  it('walked over every pair, the guard lets through what the list names and nothing else', async () => {
    const world = await orderWorld(db);
    const { orderId } = await insertEntry(db, world);
    for (const from of STATES) {
      for (const to of STATES) {
        await db.owner.query('alter table public.orders disable trigger orders_guard');
        await put(orderId, from);
        await db.owner.query('alter table public.orders enable trigger orders_guard');
        const code = await put(orderId, to).then(
          () => 'ok',
          (error: { code: string }) => error.code,
        );
        expect([from, to, code]).toEqual([from, to, from === to || allowed(from, to) ? 'ok' : 'LKTRN']);
      }
    }
  });

  it('no report, in any state, asks for a move that is not in the list', async () => {
    for (const from of STATES) {
      for (const report of REPORTS) {
        for (const filled of ['0', '4', '10']) {
          const { to } = await one<{ to: string }>(
            db.worker,
            'select fn.order_after_report($1, $2, $3) as to',
            [from, report, filled],
          );
          expect([from, report, to, to === from || allowed(from, to)]).toEqual([from, report, to, true]);
        }
      }
    }
  });

  it('a partial fill never changes what is being or was withdrawn, and a full one fills whatever was sent', async () => {
    for (const from of STATES.filter((state) => !['CREATED', 'DENIED'].includes(state))) {
      const stateAfter = async (filled: string) =>
        (await one<{ to: string }>(db.worker, 'select fn.order_after_fill($1, $2, 10) as to', [from, filled]))
          .to;
      const stays = ['CANCEL_REQUESTED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'FILLED'].includes(from);
      expect([from, await stateAfter('4')]).toEqual([from, stays ? from : 'PARTIALLY_FILLED']);
      expect([from, await stateAfter('10'), await stateAfter('11')]).toEqual([from, 'FILLED', 'FILLED']);
      expect(allowed(from, 'FILLED') || from === 'FILLED').toBe(true);
    }
  });

  it('our rounding in SQL is the one in TypeScript', async () => {
    const { rows } = await db.worker.query(
      `select fn.price_round(10.017, 0.05, 'BUY')::text as buy, fn.price_round(10.017, 0.05, 'SELL')::text as sell,
         fn.price_round(-37.634, 0.01, 'BUY')::text as below, fn.qty_floor(1.999, 0.5)::text as qty`,
    );
    expect(rows).toEqual([{ buy: '10.00', sell: '10.05', below: '-37.64', qty: '1.5' }]);
  });
});
