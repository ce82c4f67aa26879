import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { paperBench } from '#prisma/tests/paper-venue.ts';
import { PaperEngine } from '#server/broker/paper/engine.ts';
import type { BrokerPort } from '#server/broker/port.ts';
import { Decimal } from '#server/money.ts';

const EVER = new Date(0);
const d = (value: string | number) => new Decimal(value);
const CHILD = fileURLToPath(new URL('./paper-child.ts', import.meta.url));

async function listed(port: BrokerPort) {
  const [orders, fills] = [await port.listOrders(EVER), await port.listFills(EVER)];
  if (orders.kind !== 'ok' || fills.kind !== 'ok') throw new Error('the book did not answer');
  return { orders: orders.value, fills: fills.value };
}

describe('the paper broker under trouble', () => {
  const db = useDatabase({ max: 20 });
  const bench = paperBench(db);

  beforeEach(() => bench.engine.setKnobs({ partialProbability: 0, latencyMinMs: 20, latencyMaxMs: 80 }));

  it('keeps every order it accepted when its process is killed, and the ledger stays whole', async () => {
    const instrument = await bench.instrument();
    const { id, port } = bench.account();
    await bench.quote(instrument, '99.99', '100.01');
    const child = spawn(
      process.execPath,
      [CHILD, db.url('lockstep_paper'), id, instrument.id, instrument.symbol],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let out = '';
    for await (const chunk of child.stdout) {
      out += String(chunk);
      if (out.split('\n').length > 60) break;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const told = out.split('\n').slice(0, -1);
    const known = new Set((await listed(port)).orders.map((order) => order.clientOrderId));
    expect(told.length).toBeGreaterThanOrEqual(60);
    expect(told.filter((clientOrderId) => !known.has(clientOrderId))).toEqual([]);

    // what was on its way may still arrive after a miss, and yet a resend never makes two of one order
    for (const sender of [1, 2, 3, 4]) {
      const next = told.filter((line) => line.startsWith(`child-${sender}-`)).length + 1;
      const order = bench.order(instrument, { clientOrderId: `child-${sender}-${next}`, qty: d(1) });
      const asked = await port.getOrder({ clientOrderId: order.clientOrderId });
      const sent = await port.place(order);
      if (asked.kind === 'found') expect(sent).toMatchObject({ code: 'DUPLICATE_CLIENT_ORDER_ID' });
      if (sent.kind !== 'accepted') expect(sent).toMatchObject({ code: 'DUPLICATE_CLIENT_ORDER_ID' });
      expect((await port.getOrder({ clientOrderId: order.clientOrderId })).kind).toBe('found');
    }
    await bench.settle();
    expect(await bench.engine.ledgerCheck()).toEqual([]);
  });

  it('answers unknown when its connections are cut, and asking afterwards tells what became of each order', async () => {
    const instrument = await bench.instrument();
    const account = bench.account();
    await account.port.connect();
    await bench.quote(instrument, '99.99', '100.01');
    const victim = new PaperEngine({ pool: db.pool('lockstep_paper', 8) });
    const port = victim.port(account.id, async () => ({ currency: 'USD', cash: d(1) }));
    await port.connect();
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where usename = 'lockstep_paper' and datname = current_database()
        and state = 'active' and query like '%order_place%' and pid <> pg_backend_pid()`;
    const orders = Array.from({ length: 200 }, () => bench.order(instrument, { qty: d('0.01') }));
    let answered = 0;
    const outcomes = Promise.all(orders.map((order) => port.place(order).finally(() => (answered += 1))));
    while (answered < orders.length) await db.owner.query(`set role lockstep_paper; ${cut}; reset role`);
    const kinds = (await outcomes).map((outcome) => outcome.kind);
    expect(kinds).toContain('unknown');
    expect(kinds).not.toContain('rejected');
    for (const [n, order] of orders.entries()) {
      const asked = await account.port.getOrder({ clientOrderId: order.clientOrderId });
      if (kinds[n] === 'accepted') expect(asked.kind).toBe('found');
      else expect(['found', 'missing']).toContain(asked.kind);
    }
    await bench.settle();
    expect(await bench.engine.ledgerCheck()).toEqual([]);
  });

  it('places, matches, settles, cancels and reads at once without a deadlock', async () => {
    const instrument = await bench.instrument();
    const accounts = Array.from({ length: 4 }, () => bench.account());
    await bench.quote(instrument, '99.99', '100.01');
    await bench.engine.setKnobs({ partialProbability: 1, latencyMinMs: 0, latencyMaxMs: 0 });
    const outcomes = await Promise.all(
      accounts.flatMap(({ port }) =>
        Array.from({ length: 25 }, async (_, n) => {
          const side = n % 2 === 0 ? 'BUY' : 'SELL';
          const order = bench.order(instrument, { side, qty: d(1) });
          const placed = await port.place(order);
          const matched = await bench.engine.matchSymbol(instrument.id, {
            bid: '99.99',
            ask: '100.01',
            last: '100',
          });
          const cancelled = n % 3 === 0 ? await port.cancel({ clientOrderId: order.clientOrderId }) : placed;
          const [fills, money, delivered] = await Promise.all([
            port.listFills(EVER),
            port.account(),
            bench.engine.deliverDueFills(),
          ]);
          return { matched, delivered, kinds: [placed.kind, cancelled.kind, fills.kind, money.kind] };
        }),
      ),
    );
    expect(outcomes.flatMap((outcome) => outcome.kinds)).not.toContain('unknown');
    await bench.settle();
    expect(await bench.engine.ledgerCheck()).toEqual([]);
  });

  it('gives news of a failed stream again after the lease, to whichever process asks', async () => {
    const instrument = await bench.instrument();
    const { id, port } = bench.account();
    await bench.quote(instrument, '99.99', '100.01');
    const broken = await port.stream({
      onFill: () => Promise.reject(new Error('the handler died')),
      onOrder: () => Promise.reject(new Error('the handler died')),
      onGap() {},
    });
    await port.place(bench.order(instrument));
    expect(await bench.settle()).toBe(0);
    await broken.close();

    const other = new PaperEngine({ pool: db.paper });
    const seen: string[] = [];
    const stream = await other
      .port(id, async () => ({ currency: 'USD', cash: d(1) }))
      .stream({
        onFill: (fill) => void seen.push(fill.fillId),
        onOrder: (order) => void seen.push(order.status),
        onGap() {},
      });
    expect(await other.deliverDueFills()).toBe(0);
    await db.advanceClock(5_000);
    expect(await other.deliverDueFills()).toBe(2);
    expect(await other.deliverDueFills()).toBe(0);
    await stream.close();
    expect(seen).toEqual([(await listed(port)).fills[0]?.fillId, 'FILLED']);
  });

  it('hands each message to one process when many ask at once', async () => {
    const instrument = await bench.instrument();
    const { id, port } = bench.account();
    await bench.quote(instrument, '99.99', '100.01');
    const seen: string[] = [];
    const engines = Array.from({ length: 4 }, () => new PaperEngine({ pool: db.paper }));
    const terms = async () => ({ currency: 'USD', cash: d(1) });
    const streams = await Promise.all(
      engines.map((engine) =>
        engine
          .port(id, terms)
          .stream({ onFill: (fill) => void seen.push(fill.fillId), onOrder() {}, onGap() {} }),
      ),
    );
    await Promise.all(Array.from({ length: 20 }, () => port.place(bench.order(instrument, { qty: d(1) }))));
    await db.advanceClock(200);
    await Promise.all(engines.map((engine) => engine.deliverDueFills()));
    await Promise.all(streams.map((stream) => stream.close()));
    expect(seen.toSorted()).toEqual((await listed(port)).fills.map((fill) => fill.fillId).toSorted());
    expect(seen.length).toBe(20);
  });

  const step = fc.record({
    act: fc.constantFrom('BUY', 'SELL', 'LIMIT_BUY', 'LIMIT_SELL', 'STOP_SELL', 'CANCEL', 'TICK', 'TIME'),
    size: fc.integer({ min: 1, max: 5_000 }),
    cents: fc.integer({ min: -300, max: 300 }),
  });

  it('conserves money and quantity over random histories, and never spends what it has not', async () => {
    const instrument = await bench.instrument();
    await bench.engine.setKnobs({ partialProbability: 0.5 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const { port } = bench.account({ cash: d(5_000), takerBps: d(5), feeMinimum: d('0.1') });
        let price = d(100);
        await bench.quote(instrument, price.minus('0.01'), price.plus('0.01'), price);
        let last = '';
        for (const { act, size, cents } of steps) {
          const qty = d(size).div(100);
          const beside = price.plus(d(cents).div(100));
          if (act === 'TICK') {
            price = beside;
            await bench.quote(instrument, price.minus('0.01'), price.plus('0.01'), price);
          } else if (act === 'TIME') await bench.settle();
          else if (act === 'CANCEL') await port.cancel({ clientOrderId: last });
          else {
            const side = act.endsWith('BUY') ? 'BUY' : 'SELL';
            const priced = act.startsWith('LIMIT')
              ? { type: 'LIMIT' as const, limitPrice: beside }
              : act.startsWith('STOP')
                ? { type: 'STOP' as const, stopPrice: beside }
                : {};
            const order = bench.order(instrument, { side, qty, ...priced });
            last = order.clientOrderId;
            expect((await port.place(order)).kind).not.toBe('unknown');
          }
        }
        await bench.settle();
        expect(await bench.engine.ledgerCheck()).toEqual([]);
        const money = await port.account();
        // slippage and fees of what was affordable when it was sent are the only overdraft there is
        expect(money.kind === 'ok' && money.value.equity.gt(0)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
