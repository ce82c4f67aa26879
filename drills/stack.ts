/**
 * Everything a drill works on: PostgreSQL, web, workers, a world, a client, and the checks that end every drill.
 *
 * Entry point: openStack. Invariants: real processes over real connections; after a drill nothing of it runs any more.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, waitUntil } from '#scripts/processes.ts';
import { openPool, type Pool } from '#server/db.ts';
import { AlertClient } from './client.ts';
import { differences, doubles, lostOf, unsettled, violations } from './ledger.ts';
import { type Process, type ProcessOptions, startWeb, startWorker, untilAnswers } from './processes.ts';
import { startProxy, type Wire } from './proxy.ts';
import { type DrillServer, startDrillServer } from './server.ts';
import { makeWorld, type World, type WorldOptions } from './world.ts';

/** Everything must have come to rest this long after the fault. */
export const SETTLE_MS = 60_000;
const LOOK_EVERY_MS = 250;

export interface StackOptions {
  world?: WorldOptions;
  workers?: number;
  webs?: number;
  /** The web process with its pages (default), or the webhook alone. */
  pages?: boolean;
  /** Processes that reach the database through the proxy. */
  proxied?: 'web' | 'workers';
  /** More for single processes: environment, preloaded modules. */
  extra?: (name: string) => Pick<ProcessOptions, 'env' | 'preload'>;
  /** A database that is there already, with the schema and without rows. */
  server?: DrillServer;
}

export interface Stack {
  server: DrillServer;
  /** As the superuser: fault points, terminations, checks. */
  admin: Pool;
  owner: Pool;
  proxy: Wire;
  webs: Process[];
  workers: Process[];
  ports: number[];
  world: World;
  client: AlertClient;
  process: (name: string) => Process;
  /** Waits until nothing is under way. Throws with what still is. */
  settle: (withinMs?: number) => Promise<void>;
  /** The end of every drill: settled, books equal, invariants empty, nothing lost or doubled, nobody dead. */
  expectWhole: () => Promise<void>;
  close: () => Promise<void>;
}

export async function openStack(options: StackOptions = {}): Promise<Stack> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lockstep-drill-logs-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
  };
  try {
    const server = options.server ?? (await startDrillServer());
    if (options.server === undefined) undo.push(() => server.stop());
    const proxy = await startProxy(server.port);
    undo.push(() => proxy.stop());
    const pool = (login: 'postgres' | 'owner'): Pool => {
      const opened = openPool({ url: server.url(login), max: 6, name: 'drill', onError: () => undefined });
      undo.push(() => opened.end());
      return opened;
    };
    const [admin, owner] = [pool('postgres'), pool('owner')];
    const world = await makeWorld(owner, options.world);
    const { webs, workers, ports } = await startProcesses(options, { dir, server, proxy, undo });
    const client = new AlertClient(() => ports);
    undo.push(async () => client.close());
    const all = [...webs, ...workers];
    const settle = (withinMs = SETTLE_MS) => settleWithin(admin, withinMs);
    return {
      server,
      admin,
      owner,
      proxy,
      webs,
      workers,
      ports,
      world,
      client,
      process: (name) => {
        const found = all.find((one) => one.name === name);
        if (found === undefined) throw new Error(`no process of the drill is called ${name}`);
        return found;
      },
      settle,
      expectWhole: async () => {
        await settle();
        for (const [n, web] of webs.entries()) await untilAnswers(web, ports[n] ?? 0);
        await expectBooks(admin, client);
        const deaths = all.flatMap((one) => one.deaths());
        if (deaths.length > 0) throw new Error(`processes ended by themselves: ${deaths.join(' | ')}`);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Ground {
  dir: string;
  server: DrillServer;
  proxy: Wire;
  undo: (() => Promise<unknown>)[];
}

async function startProcesses(options: StackOptions, { dir, server, proxy, undo }: Ground) {
  const { workers: wanted = 2, webs: wantedWebs = 1, pages = true, proxied, extra = () => ({}) } = options;
  const ports: number[] = [];
  for (let n = 0; n < wantedWebs; n += 1) ports.push(await freePort());
  const through = (kind: 'web' | 'workers'): DrillServer['url'] =>
    proxied === kind ? (login) => proxy.through(server.url(login)) : server.url;
  const keep = async (starting: Promise<Process>): Promise<Process> => {
    const process = await starting;
    undo.push(() => process.stop());
    return process;
  };
  const workers: Process[] = [];
  for (let n = 1; n <= wanted; n += 1) {
    const name = `worker-${n}`;
    workers.push(await keep(startWorker({ name, dir, url: through('workers'), ...extra(name) })));
  }
  const webs = await Promise.all(
    ports.map((port, n) =>
      keep(
        startWeb({ name: `web-${n + 1}`, dir, url: through('web'), port, pages, ...extra(`web-${n + 1}`) }),
      ),
    ),
  );
  return { webs, workers, ports };
}

async function settleWithin(admin: Pool, withinMs: number): Promise<void> {
  let left: unknown[] = [];
  const settled = await waitUntil(
    async () => {
      left = await unsettled(admin).catch((error: Error) => [error.message]);
      return left.length === 0;
    },
    withinMs,
    LOOK_EVERY_MS,
  );
  if (!settled) throw new Error(`not settled within ${withinMs / 1000} s: ${JSON.stringify(left)}`);
}

/** Throws with the rows when books differ, an invariant is broken, or something was lost or doubled. */
export async function expectBooks(admin: Pool, client: AlertClient): Promise<void> {
  const found = {
    differences: await differences(admin),
    violations: await violations(admin),
    lost: await lostOf(admin, client.acknowledged()),
    doubled: await doubles(admin),
  };
  const wrong = Object.entries(found).filter(([, rows]) => rows.length > 0);
  if (wrong.length > 0) throw new Error(JSON.stringify(Object.fromEntries(wrong)).slice(0, 4_000));
}
