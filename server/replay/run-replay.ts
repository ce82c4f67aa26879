/**
 * One replay from beginning to end, on a database that is its own.
 *
 * Entry point: `runReplay`. The caller makes the database (schema applied, nobody else in it) and removes it.
 * Invariants: same bars, signals, rules and seed give the same digest; simulated time only; nothing leaves the database.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PaperEngine } from '#server/broker/paper/engine.ts';
import { paperFactory } from '#server/broker/paper/factory.ts';
import { createRegistry } from '#server/broker/registry.ts';
import { openPool, type Pool } from '#server/db.ts';
import type { Logger } from '#server/log.ts';
import { watchAccount } from '#server/pipeline/5-fill/watch-account.ts';
import { QuoteWatch } from '#server/pipeline/7-exit/watch-quotes.ts';
import { reconcileAccount } from '#server/pipeline/8-reconcile/reconcile-account.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Bar } from '../market/feeds/bars-file.ts';
import type { FeedInstrument } from '../market/port.ts';
import type { ReplayOptions } from './options.ts';
import { ReplayQueue } from './queue.ts';
import { Replay, type ReplayJob } from './replay.ts';
import { type ReplayDetails, type ReplayReport, readDetails, readReport } from './report.ts';
import type { ReplayRules } from './rules-file.ts';
import type { ReplaySignal } from './signals-file.ts';
import { SyncedDatabase } from './synced-database.ts';
import { currencyOf, makeWorld, WORLD } from './world.ts';

export interface ReplayUrls {
  readonly owner: string;
  readonly web: string;
  readonly worker: string;
  readonly paper: string;
}

export interface ReplaySetup {
  readonly urls: ReplayUrls;
  readonly options: Pick<ReplayOptions, 'symbol' | 'market' | 'seed' | 'speed' | 'everyTick'>;
  readonly bars: readonly Bar[];
  readonly signals: readonly ReplaySignal[];
  readonly rules: ReplayRules;
  readonly jobs: readonly ReplayJob[];
  readonly log: Logger;
}

export interface ReplayResult {
  readonly report: ReplayReport;
  readonly details: ReplayDetails;
}

const SETTINGS = { 'lockstep.test_clock': 'on', synchronous_commit: 'off' };
/** Longest wait between two ticks at a chosen speed, in simulated ms: nights are skipped. */
const LONGEST_WAIT_MS = 120_000;

/** Runs a replay and reads its report. */
export async function runReplay(setup: ReplaySetup): Promise<ReplayResult> {
  const { urls, options, bars, signals } = setup;
  const begin = Math.min(bars[0]?.at ?? 0, signals[0]?.at ?? Number.POSITIVE_INFINITY);
  const flags = Object.entries(SETTINGS).map(([key, value]) => `-c ${key}=${value}`);
  const owner = new pg.Client({
    connectionString: urls.owner,
    application_name: 'lockstep-replay',
    options: flags.join(' '),
  });
  owner.on('error', () => undefined);
  await owner.connect();
  const pools: Pool[] = [];
  try {
    await owner.query(
      `insert into public.test_clock (now_at) values ($1) on conflict (only_row) do update set now_at = excluded.now_at`,
      [new Date(begin).toISOString()],
    );
    const instrument = await makeWorld(owner, { ...options, bars, rules: setup.rules });
    const database = new SyncedDatabase(owner, WORLD.instrument, begin);
    return await drive(setup, instrument, database, pools);
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
    await owner.end();
  }
}

async function drive(
  setup: ReplaySetup,
  instrument: FeedInstrument,
  database: SyncedDatabase,
  pools: Pool[],
): Promise<ReplayResult> {
  const { urls, options, log } = setup;
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
  };
  const open = (url: string, max: number, name: string): Pool => {
    const pool = openPool({ url, max, name: `lockstep-replay-${name}`, settings: SETTINGS, onError: fail });
    pools.push(pool);
    return pool;
  };
  const worker = database.guard(open(urls.worker, 3, 'worker'));
  const paper = new PaperEngine({ pool: database.guard(open(urls.paper, 1, 'paper')), onError: fail });
  const queue = new ReplayQueue(() => database.now);
  const brokers = createRegistry('PAPER', { PAPER: paperFactory(paper, worker) });
  const ctx: PipelineContext = { pool: worker, queue, log, brokers, worker: 'replay' };
  await paper.setKnobs({ seed: options.seed });
  const account = { user_broker_id: WORLD.account, broker: 'PAPER' };
  await reconcileAccount(ctx, WORLD.account);
  const stream = await watchAccount(ctx, account);
  const replay = new Replay({
    ...{
      ctx,
      web: database.guard(open(urls.web, 1, 'web')),
      database,
      observer: open(urls.owner, 1, 'observer'),
    },
    ...{ queue, paper, watch: new QuoteWatch(ctx), jobs: setup.jobs, instrument },
    ...{ bars: setup.bars, signals: setup.signals, everyTick: options.everyTick },
    pace: paceOf(options.speed),
    failure: () => failure,
  });
  const began = performance.now();
  const counts = await replay.run();
  const durationMs = performance.now() - began;
  await stream.close();
  return {
    report: await readReport(worker, counts, durationMs),
    details: await readDetails(worker, counts, currencyOf(options.market)),
  };
}

/** Waits until a tick's moment has come at a speed; as fast as it goes where none is asked for. */
function paceOf(speed: number | null): (at: number) => Promise<void> {
  let before: number | null = null;
  return async (at) => {
    if (speed === null) return;
    const wait = before === null ? 0 : Math.min(at - before, LONGEST_WAIT_MS) / speed;
    before = at;
    if (wait >= 1) await sleep(wait);
  };
}
