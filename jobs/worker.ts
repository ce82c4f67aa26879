/**
 * The worker process: jobs, sweeps, feed, trigger book, broker streams. Any number of them may run against one database; leases
 * decide who feeds a symbol and who sweeps, rows decide everything else. Stops in order on SIGTERM or SIGINT; a kill loses
 * nothing.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { bossQueue, openBoss } from '#server/boss.ts';
import { PaperEngine } from '#server/broker/paper/engine.ts';
import { paperFactory } from '#server/broker/paper/factory.ts';
import { createRegistry } from '#server/broker/registry.ts';
import { one, openPool } from '#server/db.ts';
import { assertLogin, type Env, envOrExit, paperUrl } from '#server/env.ts';
import { createLogger, type Logger } from '#server/log.ts';
import { SimulatedFeed } from '#server/market/feeds/simulated.ts';
import { reconcileDue } from '#server/pipeline/8-reconcile/reconcile-account.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { assertSchemaCurrent } from '#server/schema-hash.ts';
import { BrokerStreams } from './broker-streams.ts';
import { startHeartbeat } from './heartbeat.ts';
import { startPaperClock } from './paper-broker.ts';
import { Shortcuts } from './shortcuts.ts';
import { startFeed } from './start-feed.ts';
import { startJobs } from './start-jobs.ts';
import { startSweeps } from './sweeper.ts';
import { sweepsOf } from './sweeps.ts';

/**
 * Connections: the pipeline's, those of its quick steps, the paper broker's, the queue's. Few: each plans whatever it calls, a fifth of a
 * second of processor, and after a crash all of them are new at once.
 */
const POOL = { pipeline: 8, quick: 4, paper: 6, queue: 6 };
/** Accounts that the paper broker tells their news at once: one after the other, a busy worker fell minutes behind. */
const PAPER_LANES = 4;
/** New accounts get their stream within this time (ms). */
const STREAMS_MS = 1_000;
/** A stop that takes longer is ended hard: every row says where to go on. */
const STOP_WITHIN_MS = 12_000;

type Stop = () => Promise<unknown>;

async function start(env: Env, log: Logger): Promise<Stop[]> {
  const onError = (error: Error) => log.error({ err: error }, 'lost a database connection');
  const url = assertLogin(env, 'DATABASE_URL_WORKER');
  const worker = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const pool = openPool({ url, max: POOL.pipeline, name: 'lockstep-worker', stays: true, onError });
  const quick = openPool({
    url,
    max: POOL.quick,
    name: 'lockstep-worker-quick',
    stays: true,
    keepsPlans: true,
    onError,
  });
  const paperPool = openPool({ url: paperUrl(env), max: POOL.paper, name: 'lockstep-paper', onError });
  await assertSchemaCurrent(pool);

  const boss = await openBoss({ url, use: 'worker', max: POOL.queue, onError });
  const paper = new PaperEngine({
    pool: paperPool,
    lanes: PAPER_LANES,
    onError: (error) => log.error({ err: error }, 'a fill was not taken; it comes again'),
  });
  const brokers = createRegistry(env.APP_MODE, { PAPER: paperFactory(paper, pool) });
  const shortcuts = new Shortcuts(bossQueue(boss));
  const ctx: PipelineContext = { pool, quick, queue: shortcuts.queue, log, brokers, worker };
  const roles = env.WORKER_ROLES;

  const stops: Stop[] = [
    () => pool.end(),
    () => quick.end(),
    () => paperPool.end(),
    () => boss.stop({ graceful: true, timeout: 8_000 }),
  ];
  stops.push(await startHeartbeat(pool, worker, roles, log));
  if (roles.includes('execution')) {
    const streams = new BrokerStreams(ctx);
    await streams.sync();
    const hold = async () => true; // every worker listens for itself
    const stopSync = startSweeps({
      sweeps: [{ name: 'streams', everyMs: STREAMS_MS, run: streams.sync }],
      log,
      hold,
    });
    stops.push(() => streams.stop(), stopSync, startPaperClock(paper, log));
    // what happened while nobody listened; entries of accounts that were never compared wait for their first comparison
    reconcileDue(ctx, 0).catch((error: unknown) =>
      log.error({ err: error }, 'the comparison at the start failed'),
    );
  }
  await startJobs(boss, ctx, roles);
  shortcuts.start({ ...ctx, pool: quick }, roles);
  stops.push(() => shortcuts.stop());
  stops.push(() => boss.stop({ graceful: true, timeout: 8_000, close: false }).catch(() => undefined));
  stops.push(
    startSweeps({ sweeps: sweepsOf(ctx, roles), log, hold: (name, ttlMs) => holdLease(ctx, name, ttlMs) }),
  );
  if (roles.includes('feed'))
    stops.push(startFeed(ctx, new SimulatedFeed(env.LOCKSTEP_SEED, env.SIM_SPEED), paper));
  log.info({ worker, roles, mode: env.APP_MODE }, 'working');
  return stops;
}

async function holdLease(ctx: PipelineContext, name: string, ttlMs: number): Promise<boolean> {
  const { epoch } = await one<{ epoch: string | null }>(
    ctx.pool,
    'select fn.lease_take($1, $2, $3) as epoch',
    [name, ctx.worker, ttlMs],
  );
  return epoch !== null;
}

async function main(): Promise<void> {
  const env = envOrExit();
  const log = createLogger('worker', env.LOG_LEVEL);
  const stops = await start(env, log);
  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    for (const step of stops.reverse())
      await step().catch((error: unknown) => log.error({ err: error }, 'a part did not stop in order'));
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop('SIGTERM'));
  process.once('SIGINT', () => void stop('SIGINT'));
}

main().catch((error: Error) => {
  process.stderr.write(`The worker does not start: ${error.message}\n`);
  process.exitCode = 1;
  process.exit();
});
