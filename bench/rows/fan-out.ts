/** One signal to 10,000 accounts, to durable orders, against the same rows written by one SQL statement. */
import { one, type Pool } from '#server/db.ts';
import { inTurn, must, mustEqual, soon } from '../measure.ts';
import { openPipeline } from '../pipeline.ts';
import { figure, type Row } from '../row.ts';
import { newFollowers, newInstruments, newSignal, newStrategy, quoteAt } from '../world.ts';
import { BY_HAND } from './fan-out-by-hand.ts';

const ACCOUNTS = 10_000;
const ROUNDS = 3;

export const fanOut: Row = {
  name: 'fan-out',
  about: 'fan-out of 1 signal to 10,000 accounts, to durable orders',
  run: async (server) => {
    const db = await server.database();
    const strategy = await newStrategy(db.owner);
    await newFollowers(db.owner, strategy.id, ACCOUNTS);
    const instruments = await newInstruments(db.owner, 2 * ROUNDS);
    await db.settle();
    const grown: Record<string, number>[] = [];
    let quoted: string | null = null;
    // as a feed does, so that no decision is refused for an old price
    const feed = setInterval(() => {
      if (quoted) void quoteAt(db.owner, [quoted], 100).catch(() => undefined);
    }, 1_000);
    const next = async () => {
      const instrument = instruments.pop();
      if (instrument === undefined) throw new Error('no instrument is left');
      await quoteAt(db.owner, [instrument.id], 100);
      quoted = instrument.id;
      return newSignal(db.owner, strategy, instrument);
    };
    let ready: () => void = () => undefined;
    let placed = 0;
    const pipeline = await openPipeline(db, {
      onJobs: (jobs) => {
        placed += jobs.filter((job) => job.name === 'order.place').length;
        if (placed >= ACCOUNTS) ready();
      },
    });
    await pipeline.start(['pipeline']);

    const ours = async (): Promise<number> => {
      await db.settle();
      const before = await rowCounts(db.owner);
      const signal = await next();
      placed = 0;
      const enqueued = new Promise<void>((resolve) => {
        ready = resolve;
      });
      const began = performance.now();
      await pipeline.send([{ name: 'signal.fanout', id: signal }]);
      await soon(enqueued, 120_000, 'the orders of the fan-out');
      while ((await ordersOf(db.worker, signal)) < ACCOUNTS) await new Promise(setImmediate);
      const took = performance.now() - began;
      await quiet(db.owner);
      grown.push(difference(before, await rowCounts(db.owner)));
      return took;
    };
    const byHand = async (): Promise<number> => {
      await db.settle();
      const before = await rowCounts(db.owner);
      const signal = await next();
      const began = performance.now();
      await db.owner.query(BY_HAND, [signal]);
      const took = performance.now() - began;
      mustEqual(await ordersOf(db.owner, signal), ACCOUNTS, 'orders by hand');
      grown.push(difference(before, await rowCounts(db.owner)));
      return took;
    };
    const measured = await inTurn(ROUNDS, ours, byHand);
    clearInterval(feed);
    await pipeline.stop();
    sameRows(grown);
    // nobody sends them here
    await db.checkInvariants(['order_is_sent_soon', 'entering_trade_has_a_live_order']);
    await db.drop();
    return [
      figure({
        name: 'fan-out 1 → 10,000 accounts',
        unit: 'ms',
        ours: measured.ours,
        reference: measured.reference,
        goal: '≤ 1.5×',
        reached: (ratio) => ratio <= 1.5,
        note: `${measured.spread}; ${describe(grown)}`,
      }),
    ];
  },
};

async function ordersOf(db: Pool, signal: string): Promise<number> {
  const { n } = await one<{ n: number }>(
    db,
    `select count(*)::int as n from public.orders o join public.trades t on t.id = o.trade_id where t.signal_id = $1`,
    [signal],
  );
  return n;
}

/** Rows of every table that a fan-out may write, the queue's included. */
async function rowCounts(db: Pool): Promise<Record<string, number>> {
  const tables = [
    ...[
      'signal_deliveries',
      'trade_intents',
      'trades',
      'orders',
      'order_events',
      'event_log',
      'account_days',
    ],
    'account_exposure',
  ].map((name) => `public.${name}`);
  const counts: Record<string, number> = {};
  for (const name of [...tables, 'pgboss.job'])
    counts[name] = (await one<{ n: number }>(db, `select count(*)::int as n from ${name}`)).n;
  return counts;
}

/** Waits until no job of the pipeline is at work, so that the count is that of a finished fan-out. */
async function quiet(db: Pool): Promise<void> {
  for (;;) {
    const { n } = await one<{ n: number }>(
      db,
      `select count(*)::int as n from pgboss.job where state = 'active' or state = 'created' and name <> 'order.place'`,
    );
    if (n === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function difference(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, n]) => [name, n - (before[name] ?? 0)]));
}

/** By hand may write no fewer rows than the pipeline, or it would not be the same work. */
function sameRows(grown: readonly Record<string, number>[]): void {
  // of the last round: the accounts' days are made in the first and updated from then on
  const [ours, hand] = grown.slice(-2);
  for (const name of Object.keys(ours ?? {}))
    must(
      Math.abs((ours?.[name] ?? 0) - (hand?.[name] ?? 0)) <= ACCOUNTS / 100,
      `${name}: the pipeline wrote ${ours?.[name]} rows, by hand ${hand?.[name]}`,
    );
}

function describe(grown: readonly Record<string, number>[]): string {
  return Object.entries(grown[0] ?? {})
    .map(([name, n]) => `${name.replace('public.', '')} ${n}`)
    .join(', ');
}
