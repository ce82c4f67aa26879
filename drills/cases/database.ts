/**
 * PostgreSQL under fire: backends ended, the server ended and recovered, connections and slots taken away, the disk full,
 * random errors; and the connection that listens, silently cut.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isAlive, waitUntil } from '#scripts/processes.ts';
import { one } from '#server/db.ts';
import { type Drill, onStack, Skip } from '../drill.ts';
import { failAtRandom } from '../points.ts';
import { startDrillServer } from '../server.ts';
import { openStack, type Stack } from '../stack.ts';
import { startTraffic, type Traffic } from '../traffic.ts';

/** Pairs enough for ten alerts a second. */
const BUSY = { strategies: 6, followers: 1, instruments: 12 };
const CUT_EVERY_MS = 2_000;
const CUT_FOR_MS = 60_000;
/** Throughput must be back within this time after the last cut. */
const BACK_WITHIN_MS = 5_000;

/** Ends every backend of the product. Returns how many. */
async function cutAll(stack: Stack): Promise<number> {
  const { n } = await one<{ n: number }>(
    stack.admin,
    `select count(pg_terminate_backend(pid))::int as n from pg_stat_activity
     where usename in ('lockstep_web', 'lockstep_worker', 'lockstep_paper')`,
  );
  return n;
}

const pidsOf = (stack: Stack): number[] => [...stack.webs, ...stack.workers].map((one) => one.pid());

function expectSame(stack: Stack, before: readonly number[]): void {
  const after = pidsOf(stack);
  if (after.join() !== before.join() || !after.every(isAlive))
    throw new Error(`processes changed: ${before.join(' ')} became ${after.join(' ')}`);
}

const told = (stack: Stack, traffic: Traffic): string =>
  `${stack.client.acknowledged().length} of ${traffic.sent()} alerts acknowledged`;

const terminate = onStack(
  'terminate-backends',
  'pg_terminate_backend on every backend every 2 s for a minute under load: no process ends, throughput is back in 5 s',
  { world: BUSY },
  async (stack) => {
    const pids = pidsOf(stack);
    const traffic = startTraffic(stack, 10);
    let cut = 0;
    const end = performance.now() + CUT_FOR_MS;
    while (performance.now() < end) {
      cut += await cutAll(stack);
      await delay(CUT_EVERY_MS);
    }
    await delay(BACK_WITHIN_MS);
    const before = stack.client.acknowledged().length;
    await delay(BACK_WITHIN_MS);
    const rate = (stack.client.acknowledged().length - before) / (BACK_WITHIN_MS / 1000);
    await traffic.stop();
    expectSame(stack, pids);
    if (rate < 0.95 * 10) throw new Error(`only ${rate} alerts a second were acknowledged after the cuts`);
    return `${cut} backends ended; ${told(stack, traffic)}; ${rate} a second afterwards`;
  },
);

const immediate = onStack(
  'postgres-immediate',
  'PostgreSQL stopped with "immediate" under load and started again, twice: nothing acknowledged is lost, no process ends',
  { world: BUSY },
  async (stack) => {
    const pids = pidsOf(stack);
    const traffic = startTraffic(stack, 10);
    for (const down of [1_000, 6_000]) {
      await delay(6_000);
      await stack.server.stopImmediately();
      await delay(down);
      await stack.server.start();
    }
    await delay(5_000);
    await traffic.stop();
    expectSame(stack, pids);
    return told(stack, traffic);
  },
);

const errors = onStack(
  'random-errors',
  'a deadlock or a serialisation failure in every sixth transaction, at a statement by chance: bounded retries, then whole',
  { world: BUSY },
  async (stack) => {
    const disarm = await failAtRandom(stack.admin);
    const traffic = startTraffic(stack, 5);
    await delay(30_000);
    await traffic.stop();
    const struck = await disarm();
    if (struck < 20) throw new Error(`only ${struck} transactions were struck`);
    return `${struck} transactions struck; ${told(stack, traffic)}`;
  },
);

const listenCut = onStack(
  'listen-cut',
  'the listening connections silently cut: polling picks work up within its interval, a heartbeat listens again',
  { proxied: 'workers' },
  async (stack) => {
    const [strategy] = stack.world.strategies;
    const listening = async (): Promise<number> =>
      (
        await one<{ n: number }>(
          stack.admin,
          `select count(*)::int as n from pg_stat_activity where query ilike 'listen %' and usename = 'lockstep_worker'`,
        )
      ).n;
    const cut = stack.proxy.cutListeners();
    if (cut < 2) throw new Error(`only ${cut} connections listen`);
    const times: number[] = [];
    for (const { symbol } of stack.world.instruments) {
      const began = performance.now();
      await stack.client.send(strategy?.token ?? '', { symbol, action: 'buy' });
      const done = await waitUntil(async () => (await entriesOf(stack, symbol)) === 3, 20_000, 50);
      if (!done) throw new Error(`no order of ${symbol} after 20 s without notifications`);
      times.push((performance.now() - began) / 1000);
    }
    // four queues in a row, each polled every two seconds
    if (Math.max(...times) > 10) throw new Error(`an order took ${Math.max(...times)} s`);
    const back = await waitUntil(async () => (await listening()) >= cut, 45_000, 250);
    if (!back) throw new Error('nobody listened again within 45 s');
    return `${cut} cut; alert to orders at most ${Math.max(...times).toFixed(1)} s meanwhile`;
  },
);

async function entriesOf(stack: Stack, symbol: string): Promise<number> {
  const text = `select count(*)::int as n from paper.orders where symbol = $1`;
  return (await one<{ n: number }>(stack.admin, text, [symbol])).n;
}

const webPool = onStack(
  'pool-exhausted-web',
  'every connection of the webhook held for 10 s: 503 with Retry-After in time, then everything once',
  { world: BUSY },
  async (stack) => {
    const holder = await stack.admin.connect();
    await holder.query('begin; lock table public.signal_heads in access exclusive mode');
    const traffic = startTraffic(stack, 10);
    await delay(10_000);
    const acknowledged = stack.client.acknowledged().length;
    await holder.query('rollback');
    holder.release();
    await delay(5_000);
    await traffic.stop();
    if (acknowledged > 0) throw new Error(`${acknowledged} alerts were acknowledged without a row`);
    const refused = [...stack.client.refusals].map(([code, n]) => `${n} × ${code}`).join(', ');
    if (stack.client.retryAfter < 1 || !/503/.test(refused))
      throw new Error(`no 503 with Retry-After: ${refused}`);
    return `${refused}; then ${told(stack, traffic)}`;
  },
);

const workerPool = onStack(
  'pool-exhausted-entries',
  'decisions of entries stuck on a lock for 10 s: exits still reach the broker meanwhile',
  {},
  async (stack) => {
    const [strategy] = stack.world.strategies;
    const [first, second] = stack.world.instruments;
    const token = strategy?.token ?? '';
    await stack.client.send(token, { symbol: first?.symbol ?? '', action: 'buy' });
    const opened = await waitUntil(async () => (await openOf(stack)) === 3, 20_000);
    if (!opened) throw new Error('the trades did not open');
    const holder = await stack.admin.connect();
    await holder.query('begin; lock table public.account_exposure in access exclusive mode');
    const began = performance.now();
    await stack.client.send(token, { symbol: second?.symbol ?? '', action: 'buy' });
    await stack.client.send(token, { symbol: first?.symbol ?? '', action: 'exit' });
    // reached, not filled: an exit by an alert rests at the touch first, and the market may walk away from it
    const out = await waitUntil(async () => (await countOf(stack, EXITS_PLACED)) === 3, 10_000, 20);
    const took = (performance.now() - began) / 1000;
    await delay(Math.max(0, 10_000 - took * 1000));
    await holder.query('rollback');
    holder.release();
    if (!out) throw new Error('the exits waited for the entries');
    return `exits at the broker after ${took.toFixed(2)} s`;
  },
);

const countOf = async (stack: Stack, from: string): Promise<number> =>
  (await one<{ n: number }>(stack.admin, `select count(*)::int as n from ${from}`)).n;
const openOf = (stack: Stack) => countOf(stack, `public.trades where status in ('OPEN', 'EXITING')`);
const EXITS_PLACED = `public.orders where kind = 'EXIT' and placed_at is not null`;

const slots = onStack(
  'connections-exhausted',
  'every connection slot of the server taken for 10 s and the product cut off: processes stay, and go on',
  { world: BUSY },
  async (stack) => {
    const pids = pidsOf(stack);
    const traffic = startTraffic(stack, 5);
    await delay(2_000);
    const taken: pg.Client[] = [];
    const end = performance.now() + 10_000;
    while (performance.now() < end) {
      await cutAll(stack);
      for (;;) {
        const client = new pg.Client({ connectionString: stack.server.url('owner') });
        client.on('error', () => undefined);
        const refused = await client.connect().then(
          () => false,
          () => true,
        );
        if (refused) break;
        taken.push(client);
      }
      await delay(500);
    }
    await Promise.all(taken.map((client) => client.end()));
    await delay(5_000);
    await traffic.stop();
    expectSame(stack, pids);
    return `${taken.length} slots taken; ${told(stack, traffic)}`;
  },
);

const MIB = 1024 * 1024;

const diskFull: Drill = {
  name: 'disk-full',
  about: 'the disk of the database full under load, then space again: the web refuses, no half-written state',
  run: async () => {
    const dir = `/tmp/lockstep-drill-disk-${process.pid}`;
    mkdirSync(dir);
    const mounted =
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=0755', 'tmpfs', dir]).status === 0;
    if (!mounted) {
      rmSync(dir, { recursive: true });
      throw new Skip('a tmpfs cannot be mounted here');
    }
    try {
      return await fillDisk(dir);
    } finally {
      spawnSync('umount', ['-l', dir]);
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

async function fillDisk(dir: string): Promise<string> {
  const settings = { min_wal_size: '32MB', max_wal_size: '64MB', shared_buffers: '64MB' };
  const server = await startDrillServer({ dir: `${dir}/home`, settings });
  const stack = await openStack({ server, world: BUSY });
  const filler = `${dir}/filler`;
  try {
    const traffic = startTraffic(stack, 10);
    await delay(4_000);
    let chunks = 0;
    const end = performance.now() + 15_000;
    while (performance.now() < end) {
      const { bavail, bsize } = statfsSync(dir);
      const free = bavail * bsize;
      // down to the last page: the write-ahead log then has nowhere to go
      if (free > 0) {
        const size = free > MIB ? MIB : Math.max(1, free);
        try {
          writeFileSync(`${filler}-${chunks}`, Buffer.alloc(size));
        } catch {
          // somebody else took the rest
        }
        chunks += 1;
      } else await delay(50);
    }
    const during = stack.client.acknowledged().length;
    await delay(2_000);
    const stuck = stack.client.acknowledged().length - during;
    for (let n = 0; n < chunks; n += 1) rmSync(`${filler}-${n}`, { force: true });
    await server.stopImmediately().catch(() => undefined);
    await server.start();
    await delay(5_000);
    await traffic.stop();
    await stack.expectWhole();
    const refused = [...stack.client.refusals].map(([code, n]) => `${n} × ${code}`).join(', ');
    if (!/503/.test(refused)) throw new Error(`the web never refused: ${refused}`);
    return `${stuck} acknowledged in the last 2 s of it; ${refused}; ${told(stack, traffic)}`;
  } finally {
    await stack.close();
    await server.stop();
  }
}

export const databaseDrills: readonly Drill[] = [
  terminate,
  immediate,
  errors,
  listenCut,
  webPool,
  workerPool,
  slots,
  diskFull,
];
