import { describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { paperBench } from '#prisma/tests/paper-venue.ts';
import type { BrokerFill, BrokerPort, PlaceOutcome } from '#server/broker/port.ts';
import { Decimal } from '#server/money.ts';

const EVER = new Date(0);
const d = (value: string | number) => new Decimal(value);
/** A Saturday in New York. */
const SATURDAY = '2026-03-07T15:00:00.000Z';
const MONDAY = '2026-03-09T14:30:00.000Z';

async function fillsOf(port: BrokerPort): Promise<readonly BrokerFill[]> {
  const answer = await port.listFills(EVER);
  if (answer.kind !== 'ok') throw new Error(answer.why);
  return answer.value;
}

async function statusOf(port: BrokerPort, outcome: PlaceOutcome): Promise<string> {
  if (outcome.kind !== 'accepted') return outcome.kind;
  const seen = await port.getOrder({ brokerOrderId: outcome.brokerOrderId });
  return seen.kind === 'found' ? seen.order.status : seen.kind;
}

const codeOf = (outcome: PlaceOutcome) => (outcome.kind === 'rejected' ? outcome.code : outcome.kind);

describe('the paper broker', () => {
  const db = useDatabase();
  const bench = paperBench(db);

  describe('latency and price', () => {
    it('shows no fill before its due time, and every read shows it after, though nobody delivers', async () => {
      const instrument = await bench.instrument();
      const { port } = bench.account();
      await bench.engine.setKnobs({ partialProbability: 0 });
      await bench.quote(instrument, '99.99', '100.01');
      const outcome = await port.place(bench.order(instrument));
      const due = await bench.engine.nextDueAt();
      const latency = (due?.getTime() ?? 0) - new Date(db.now()).getTime();
      expect(latency).toBeGreaterThanOrEqual(20);
      expect(latency).toBeLessThanOrEqual(80);

      await db.advanceClock(latency - 1);
      expect(await statusOf(port, outcome)).toBe('PLACED');
      expect(await fillsOf(port)).toEqual([]);
      await db.advanceClock(1);
      expect(await statusOf(port, outcome)).toBe('FILLED');
      const [fill] = await fillsOf(port);
      expect(fill?.occurredAt.toISOString()).toBe(due?.toISOString());
    });

    it('buys at the ask and sells at the bid, worse by one basis point and rounded against the order', async () => {
      const instrument = await bench.instrument();
      const { port } = bench.account();
      await bench.quote(instrument, '99.99', '100.01');
      await port.place(bench.order(instrument));
      await port.place(bench.order(instrument, { side: 'SELL' }));
      await bench.settle();
      const prices = (await fillsOf(port)).map((fill) => [fill.side, fill.price.toString()]).sort();
      expect(prices).toEqual([
        ['BUY', '100.03'],
        ['SELL', '99.98'],
      ]);
    });

    it('waits for the next quote when the stored one is old', async () => {
      const instrument = await bench.instrument();
      const { port } = bench.account();
      await bench.quote(instrument, '99.99', '100.01');
      await db.advanceClock(5_001);
      const outcome = await port.place(bench.order(instrument));
      await bench.settle();
      expect(await statusOf(port, outcome)).toBe('PLACED');
      await bench.quote(instrument, '109.99', '110.01');
      await bench.settle();
      expect((await fillsOf(port)).map((fill) => fill.price.toString())).toEqual(['110.03']);
    });

    it.each([
      ['zero', 0, 0],
      ['negative', -1, -1],
      ['not a number', Number.NaN, Number.NaN],
      ['infinite', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ])('matches nothing against a quote that is %s', async (_, bid, ask) => {
      const instrument = await bench.instrument();
      const { port } = bench.account();
      await bench.quote(instrument, '99.99', '100.01');
      await db.advanceClock(5_001);
      await port.place(bench.order(instrument));
      await port.place(bench.order(instrument, { side: 'SELL', type: 'STOP', stopPrice: d(50) }));
      expect(await bench.engine.matchSymbol(instrument.id, { bid, ask, last: bid })).toBe(0);
    });
  });

  describe('randomness', () => {
    const story = async (seedKey: string) => {
      const instrument = await bench.instrument();
      const { port } = bench.account();
      const began = new Date(db.now()).getTime();
      await bench.quote(instrument, '99.99', '100.01');
      await port.place(bench.order(instrument, { seedKey }));
      for (let tick = 0; tick < 4; tick += 1) {
        await bench.settle();
        await bench.quote(instrument, '99.99', '100.01');
      }
      return (await fillsOf(port)).map((fill) => [
        `${fill.qty}`,
        `${fill.price}`,
        fill.occurredAt.getTime() - began,
      ]);
    };

    it('repeats for the same seed key under other ids, and differs for another key or seed', async () => {
      await bench.engine.setKnobs({ seed: '1', partialProbability: 1 });
      const first = await story('alert|1|1');
      expect(first.length).toBe(4);
      expect(await story('alert|1|1')).toEqual(first);
      expect(await story('alert|2|1')).not.toEqual(first);
      await bench.engine.setKnobs({ seed: '2' });
      expect(await story('alert|1|1')).not.toEqual(first);
      await bench.engine.setKnobs({ seed: '1', partialProbability: 0 });
    });

    it('fills about one order in ten in part', async () => {
      const { rows } = await db.owner.query(
        `select count(*) filter (where paper.chance('1|order ' || n || '|1|partial') < 0.10)::int as parts
         from generate_series(1, 5000) n`,
      );
      expect(rows[0].parts).toBeGreaterThan(430);
      expect(rows[0].parts).toBeLessThan(570);
    });
  });

  describe('refusals', () => {
    it('keeps a refused order in the book, so that a lost answer can be asked for', async () => {
      const instrument = await bench.instrument();
      const { port } = bench.account({ cash: d(100) });
      await bench.quote(instrument, '99.99', '100.01');
      const order = bench.order(instrument);
      expect(codeOf(await port.place(order))).toBe('INSUFFICIENT_FUNDS');
      const seen = await port.getOrder({ clientOrderId: order.clientOrderId });
      expect(seen).toMatchObject({
        kind: 'found',
        order: { status: 'REJECTED', rejectCode: 'INSUFFICIENT_FUNDS' },
      });
    });

    it('counts what other live orders and short positions bind', async () => {
      const instrument = await bench.instrument();
      const { port } = bench.account({ cash: d(2_500) });
      await bench.quote(instrument, '99.99', '100.01');
      const resting = { type: 'LIMIT' as const, limitPrice: d(90) };
      expect(codeOf(await port.place(bench.order(instrument, resting)))).toBe('accepted');
      expect(codeOf(await port.place(bench.order(instrument, { side: 'SELL' })))).toBe('accepted');
      expect(codeOf(await port.place(bench.order(instrument, { side: 'SELL' })))).toBe('INSUFFICIENT_FUNDS');
      await bench.settle();
      expect(codeOf(await port.place(bench.order(instrument, { side: 'SELL' })))).toBe('INSUFFICIENT_FUNDS');
    });

    it('refuses another currency, a quantity off the lot, a symbol without any price, and by its knob', async () => {
      const { port } = bench.account();
      const rupees = await bench.instrument({ currency: 'INR' });
      const instrument = await bench.instrument();
      expect(codeOf(await port.place(bench.order(rupees)))).toBe('NOT_SUPPORTED');
      expect(codeOf(await port.place(bench.order(instrument, { qty: d('0.015') })))).toBe('INVALID_ORDER');
      expect(codeOf(await port.place(bench.order(instrument)))).toBe('VENUE_REJECTED');
      await bench.quote(instrument, '99.99', '100.01');
      await bench.engine.setKnobs({ rejectProbability: 1 });
      expect(codeOf(await port.place(bench.order(instrument)))).toBe('VENUE_REJECTED');
      await bench.engine.setKnobs({ rejectProbability: 0 });
      expect(codeOf(await port.place(bench.order(instrument)))).toBe('accepted');
    });
  });

  describe('sessions', () => {
    it('refuses a market or DAY order while the market is closed, and rests a GTC limit until it opens', async () => {
      const instrument = await bench.instrument({ market: 'XNYS', assetClass: 'EQUITY', lot: '1' });
      const { port } = bench.account();
      await db.setClock(SATURDAY);
      await bench.quote(instrument, '99.99', '100.01');
      const limit = { type: 'LIMIT' as const, limitPrice: d(101) };
      expect(codeOf(await port.place(bench.order(instrument)))).toBe('MARKET_CLOSED');
      expect(codeOf(await port.place(bench.order(instrument, { ...limit, timeInForce: 'DAY' })))).toBe(
        'MARKET_CLOSED',
      );
      const resting = await port.place(bench.order(instrument, limit));
      expect(await bench.quote(instrument, '99.99', '100.01')).toBe(0);
      expect(await statusOf(port, resting)).toBe('PLACED');
      await db.setClock(MONDAY);
      expect(await bench.quote(instrument, '99.99', '100.01')).toBe(1);
      await bench.settle();
      expect(await statusOf(port, resting)).toBe('FILLED');
    });

    it('ends a DAY order with the session and tells it on the stream', async () => {
      const instrument = await bench.instrument({ market: 'XNYS', assetClass: 'EQUITY', lot: '1' });
      const { port } = bench.account();
      await db.setClock(MONDAY);
      await bench.quote(instrument, '99.99', '100.01');
      const day = { type: 'LIMIT' as const, limitPrice: d(90), timeInForce: 'DAY' as const };
      const resting = await port.place(bench.order(instrument, day));
      const told: string[] = [];
      const stream = await port.stream({
        onFill() {},
        onOrder: (order) => void told.push(order.status),
        onGap() {},
      });
      expect((await bench.engine.nextDueAt())?.toISOString()).toBe('2026-03-09T20:00:00.000Z');
      await db.setClock('2026-03-09T20:00:00.000Z');
      await bench.engine.deliverDueFills();
      await stream.close();
      expect(told).toEqual(['EXPIRED']);
      expect(await statusOf(port, resting)).toBe('EXPIRED');
    });

    it('ends what an IOC order cannot get at once', async () => {
      const instrument = await bench.instrument();
      const { port } = bench.account();
      await bench.quote(instrument, '99.99', '100.01');
      const away = { type: 'LIMIT' as const, limitPrice: d(90), timeInForce: 'IOC' as const };
      expect(await statusOf(port, await port.place(bench.order(instrument, away)))).toBe('CANCELLED');
      await bench.engine.setKnobs({ partialProbability: 1 });
      const part = await port.place(bench.order(instrument, { timeInForce: 'IOC' }));
      await bench.engine.setKnobs({ partialProbability: 0 });
      expect(await statusOf(port, part)).toBe('CANCELLED');
      expect((await fillsOf(port)).length).toBe(1);
    });
  });

  it('charges the schedule of the account, its minimum once per order', async () => {
    const instrument = await bench.instrument();
    const { port } = bench.account({ takerBps: d(10), feeMinimum: d(2) });
    await bench.quote(instrument, '100', '100');
    await bench.engine.setKnobs({ slippageBps: 0, partialProbability: 1 });
    await port.place(bench.order(instrument, { qty: d(10) }));
    for (let tick = 0; tick < 3; tick += 1) await bench.quote(instrument, '100', '100');
    await bench.engine.setKnobs({ slippageBps: 1, partialProbability: 0 });
    await bench.settle();
    await port.place(bench.order(instrument, { qty: d(100), type: 'LIMIT', limitPrice: d(100) }));
    await bench.settle();
    const fills = await fillsOf(port);
    const fees = (id: string | undefined) =>
      fills
        .filter((fill) => fill.brokerOrderId === id)
        .reduce((sum, fill) => sum.plus(fill.fee ?? 0), d(0))
        .toString();
    expect(fees(fills[0]?.brokerOrderId)).toBe('2');
    expect(fees(fills.at(-1)?.brokerOrderId)).toBe('10');
  });

  it('is an oracle of its own: no reference leaves it or enters it, and no other log-in sees it', async () => {
    const references = await rowsOf(
      db.owner,
      `select conname from pg_constraint c join pg_class a on a.oid = c.conrelid join pg_class b on b.oid = c.confrelid
       where c.contype = 'f' and (a.relnamespace = 'paper'::regnamespace) <> (b.relnamespace = 'paper'::regnamespace)`,
    );
    expect(references).toEqual([]);
    const tables = await rowsOf<{ name: string }>(
      db.owner,
      `select relname as name from pg_class where relnamespace = 'paper'::regnamespace and relkind = 'r' order by 1`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(6);
    for (const pool of [db.web, db.worker]) {
      for (const { name } of tables) {
        await expect(pool.query(`select from paper.${name}`)).rejects.toThrow(/permission denied/);
      }
    }
    const readable = await rowsOf<{ name: string }>(
      db.owner,
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
         and has_table_privilege('lockstep_paper', oid, 'select') order by 1`,
    );
    expect(readable.map((row) => row.name)).toEqual(
      expect.arrayContaining(['instruments', 'market_days', 'markets', 'quotes', 'test_clock']),
    );
    expect(readable.map((row) => row.name)).not.toContain('orders');
    await expect(db.paper.query('update paper.cash_ledger set amount = 0')).rejects.toThrow(
      /permission denied/,
    );
    await expect(db.paper.query('delete from paper.fills')).rejects.toThrow(/permission denied/);
  });

  it('has a whole ledger after all of this', async () => {
    expect(await bench.engine.ledgerCheck()).toEqual([]);
  });
});
