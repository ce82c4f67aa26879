import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { brokerDrill } from '#prisma/tests/broker-drill.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { insertEntry, orderOf, tradeOf } from '#prisma/tests/order-world.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));

describe('a worker killed by SIGKILL while it sends an order', () => {
  const db = useDatabase();

  it.each([
    ['before the claim', 'BEGUN'],
    ['after the claim, before the call', 'CLAIMED'],
    ['while the call is under way', 'CALLING'],
    ['after the broker accepted, before the record', 'ACCEPTED'],
    ['after the record, before the fill', 'RECORDED'],
    ['with the fill heard and not applied', 'FILL_HEARD'],
    ['with the fill applied and not acknowledged', 'FILL_APPLIED'],
  ])('%s: exactly one order at the broker, and every row is right', async (_, point) => {
    const drill = await brokerDrill(db);
    await drill.engine.setKnobs({ partialProbability: 0, latencyMinMs: 0, latencyMaxMs: 0 });
    const { orderId, tradeId } = await insertEntry(db, drill.world);
    const urls = [db.url('lockstep_worker'), db.url('lockstep_paper')];
    const child = spawn(process.execPath, [CHILD, ...urls, drill.world.account.id, orderId, point], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');

    // the queue gives the job again, and the sweep finds what has no sender any more
    drill.job('order.place', orderId);
    await drill.calm();
    const orders = await rowsOf(db.owner, 'select status from paper.orders where account_id = $1', [
      drill.world.account.id,
    ]);
    expect(orders).toEqual([{ status: 'FILLED' }]);
    expect(await orderOf(db, orderId)).toMatchObject({ status: 'FILLED', filled_qty: '10' });
    expect(await tradeOf(db, tradeId)).toMatchObject({ status: 'OPEN', open: '10' });
    expect(await drill.differences()).toEqual([]);
    await drill.close();
    expect(await drill.engine.ledgerCheck()).toEqual([]);
    await db.expectInvariantsHold();
  });
});
