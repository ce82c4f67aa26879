/**
 * Accounts that follow a strategy, signals for them, and the use cases of stages 2 and 3 against them.
 *
 * Entry points: entryWorld, contextOf. Signals are written by the owner; everything from the fan-out on goes through
 * the worker's use cases. The queue keeps the jobs of committed and uncommitted transactions alike, in a list.
 */
import { pino } from 'pino';
import {
  insertAccount,
  insertInstrument,
  insertSignal,
  insertStrategy,
  insertSubscription,
  insertUser,
  putQuote,
  type Row,
} from '#prisma/tests/factories.ts';
import { rowsOf, type TestDatabase } from '#prisma/tests/harness.ts';
import { createRegistry } from '#server/broker/registry.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Job } from '#server/queue.ts';

export interface TestContext extends PipelineContext {
  jobs: Job[];
}

/** A pipeline context on the worker's pool; `jobs` collects what was enqueued. */
export function contextOf(db: TestDatabase): TestContext {
  const jobs: Job[] = [];
  return {
    pool: db.worker,
    queue: { enqueue: async (_client, more) => void jobs.push(...more) },
    log: pino({ level: 'silent' }),
    brokers: createRegistry('PAPER', {}),
    worker: 'test',
    jobs,
  };
}

export interface Follower {
  id: string;
  user_id: string;
  subscriptionId: string;
}

export interface EntryWorld {
  strategy: { id: string; user_id: string };
  instrument: { id: string; symbol: string };
  followers: Follower[];
  /** A published signal, by default a long entry at 100. */
  signal: (row?: Row, instrument?: { id: string; symbol: string }) => Promise<string>;
  instrumentAt: (last: string, row?: Row) => Promise<{ id: string; symbol: string }>;
}

/** One strategy of one owner, followed by `accounts` accounts of one user each, on a 24/7 pair quoted at 100. */
export async function entryWorld(
  db: TestDatabase,
  options: { accounts?: number; account?: Row; subscription?: Row; oneUser?: boolean } = {},
): Promise<EntryWorld> {
  await db.owner.query(`insert into public.switches (scope) values ('PLATFORM') on conflict do nothing`);
  const owner = await insertUser(db.owner);
  const strategy = await insertStrategy(db.owner, owner.id, { visibility: 'SHARED' });
  const instrumentAt = async (last: string, row: Row = {}) => {
    const made = await insertInstrument(db.owner, row);
    await putQuote(db.owner, made.id, last, db.now(), { bid: last, ask: last });
    return made;
  };
  const instrument = await instrumentAt('100');
  const followers: Follower[] = [];
  for (let i = 0; i < (options.accounts ?? 1); i += 1) {
    const user = options.oneUser ? owner : await insertUser(db.owner);
    const account = await insertAccount(db.owner, user.id, options.account);
    const subscription = await insertSubscription(db.owner, account, strategy.id, {
      sizing_mode: 'FIXED_QTY',
      sizing_value: '5',
      ...options.subscription,
    });
    followers.push({ id: account.id, user_id: user.id, subscriptionId: subscription.id });
  }
  return {
    strategy,
    instrument,
    followers,
    instrumentAt,
    signal: async (row = {}, on = instrument) =>
      (await insertSignal(db.owner, strategy, on, db.now(), row)).id,
  };
}

/** The ids of a signal's deliveries that await their decision. */
export async function pendingOf(db: TestDatabase, signalId: string): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db.owner,
    `select id from public.signal_deliveries where signal_id = $1 and status = 'PENDING' order by id`,
    [signalId],
  );
  return rows.map((row) => row.id);
}

/** Status and code of the signal's intents, by account ordinal: "APPROVED 5", "REJECTED HALTED". */
export async function answersTo(db: TestDatabase, signalId: string): Promise<string[]> {
  const rows = await rowsOf<{ answer: string }>(
    db.owner,
    `select i.status || ' ' || coalesce(i.reason_code, trim_scale(i.qty)::text) as answer
     from public.trade_intents i join public.user_brokers b on b.id = i.user_broker_id
     where i.signal_id = $1 order by b.ordinal`,
    [signalId],
  );
  return rows.map((row) => row.answer);
}
