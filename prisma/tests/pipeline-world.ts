/**
 * The whole product in one process on a test's database: alerts come in over HTTP, jobs run through the registry of the
 * worker, the paper broker fills, quotes go through the trigger book and the sweeps. Only time is moved by hand.
 *
 * Entry points: usePipeline (at the top of a test file), Pipeline. Nothing is written past the pipeline's own functions
 * but what a person sets up: users, accounts, strategies, subscriptions, instruments, limits.
 */
import { pino } from 'pino';
import { beforeAll, expect } from 'vitest';
import { BrokerStreams } from '#jobs/broker-streams.ts';
import {
  insertAccount,
  insertInstrument,
  insertStrategy,
  insertSubscription,
  insertUser,
  insertWebhookSource,
  type Row,
} from '#prisma/tests/factories.ts';
import { rowsOf, type TestDatabase } from '#prisma/tests/harness.ts';
import { openTableQueue, type TableQueue } from '#prisma/tests/table-queue.ts';
import { type Reply, useWebhook } from '#prisma/tests/webhook-server.ts';
import { PaperEngine } from '#server/broker/paper/engine.ts';
import { accountTerms } from '#server/broker/paper/terms.ts';
import type { BrokerPort } from '#server/broker/port.ts';
import { createRegistry } from '#server/broker/registry.ts';
import { sweepSignals } from '#server/pipeline/1-signal/sweep-signals.ts';
import { sweepLateDeliveries } from '#server/pipeline/2-delivery/fan-out.ts';
import { markAccountDays } from '#server/pipeline/3-intent/mark-account-days.ts';
import { checkLiveOrders } from '#server/pipeline/4-order/check-live-orders.ts';
import { sweepExits } from '#server/pipeline/7-exit/sweep-exits.ts';
import { QuoteWatch } from '#server/pipeline/7-exit/watch-quotes.ts';
import { reconcileDue } from '#server/pipeline/8-reconcile/reconcile-account.ts';
import { sweepStuckWork } from '#server/pipeline/8-reconcile/sweep-stuck.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';

/** What becomes due this soon (ms) belongs to the present moment: the venue's latency is 20 to 80 ms. */
const MOMENT_MS = 1_000;

export interface Instrument {
  id: string;
  symbol: string;
}

export interface Source {
  strategy: { id: string; user_id: string };
  token: string;
}

export interface Account {
  id: string;
  user_id: string;
}

export interface PipelineOptions {
  /** Every job exists so many times. */
  copies?: number;
  /** Drains at once. */
  drains?: number;
  /** Stands between the pipeline and an account's paper port. */
  broker?: (port: BrokerPort) => BrokerPort;
}

export class Pipeline {
  readonly db: TestDatabase;
  readonly queue: TableQueue;
  readonly engine: PaperEngine;
  readonly workers: readonly PipelineContext[];
  readonly streams: BrokerStreams;
  /** Warnings and errors that the use cases logged. */
  readonly troubles: string[] = [];
  readonly #watch: QuoteWatch;
  readonly #post: (token: string, body: unknown) => Promise<Reply>;

  constructor(db: TestDatabase, queue: TableQueue, post: Pipeline['alert'], options: PipelineOptions) {
    this.db = db;
    this.queue = queue;
    this.#post = post;
    this.engine = new PaperEngine({ pool: db.paper, onError: (error) => this.troubles.push(String(error)) });
    const behind = options.broker ?? ((port) => port);
    const brokers = createRegistry('PAPER', {
      PAPER: ({ id }) => behind(this.engine.port(id, () => accountTerms(db.worker, id))),
    });
    const log = pino({ level: 'warn' }, { write: (line: string) => void this.troubles.push(line) });
    this.workers = Array.from({ length: options.drains ?? 1 }, (_, n) => ({
      ...{ pool: db.worker, queue, log, brokers, worker: `worker-${n + 1}` },
    }));
    this.streams = new BrokerStreams(this.ctx);
    this.#watch = new QuoteWatch(this.ctx);
  }

  get ctx(): PipelineContext {
    return this.workers[0] as PipelineContext;
  }

  /** Sends an alert to a strategy's webhook. */
  alert = (token: string, body: unknown): Promise<Reply> => this.#post(token, body);

  /** A strategy with a webhook that anybody may follow. */
  async source(row: Row = {}): Promise<Source> {
    const { id } = await insertUser(this.db.owner);
    const strategy = await insertStrategy(this.db.owner, id, { visibility: 'SHARED', ...row });
    const { token } = await insertWebhookSource(this.db.owner, strategy);
    return { strategy, token };
  }

  /** An account, of a new user unless one is named, that follows these strategies and has met its broker. */
  async account(
    sources: readonly Source[],
    rows: { account?: Row; subscription?: Row; userId?: string } = {},
  ): Promise<Account> {
    const userId = rows.userId ?? (await insertUser(this.db.owner)).id;
    const account = await insertAccount(this.db.owner, userId, { reconciled_at: null, ...rows.account });
    for (const { strategy } of sources) {
      const sizing = { sizing_mode: 'FIXED_QTY', sizing_value: '5', ...rows.subscription };
      await insertSubscription(this.db.owner, account, strategy.id, sizing);
    }
    const outcomes = await reconcileDue(this.ctx, 0);
    expect(outcomes.get(account.id)).toBe('AGREED');
    await this.streams.sync();
    return account;
  }

  /** An instrument that this process feeds, with its first quote. */
  async instrument(last: string, row: Row = {}): Promise<Instrument> {
    const made = await insertInstrument(this.db.owner, row);
    this.#watch.onGained(made.id);
    await this.tick(made, last);
    return made;
  }

  /** One price, a moment later: stored, matched, shown to the book, with all that follows at once. */
  async tick(
    instrument: Instrument,
    last: string,
    spread: { bid?: string; ask?: string } = {},
  ): Promise<void> {
    await this.db.advanceClock(100);
    const quote = { bid: spread.bid ?? last, ask: spread.ask ?? last, last };
    const row = { instrument_id: instrument.id, ...quote, source_time: this.db.now() };
    await this.db.worker.query('select fn.quotes_put($1::jsonb, null)', [JSON.stringify([row])]);
    await this.engine.matchSymbol(instrument.id, quote);
    await this.#watch.sync();
    await this.#watch.onTicks(instrument.id, [{ last: Number(last), at: Date.parse(this.db.now()) }]);
    await this.settle();
  }

  /** Everything that follows now: jobs, and fills as the venue's latency lets them happen. */
  async settle(after?: () => Promise<void>): Promise<void> {
    for (;;) {
      await this.queue.drain(this.workers, after);
      if ((await this.engine.deliverDueFills()) > 0) continue;
      const due = await this.engine.nextDueAt();
      if (due === null || due.getTime() > Date.parse(this.db.now()) + MOMENT_MS) return;
      if (due.getTime() > Date.parse(this.db.now())) await this.db.setClock(due);
    }
  }

  /** Lets time pass, then does what the worker does by the clock. */
  async later(ms: number): Promise<void> {
    await this.db.advanceClock(ms);
    await this.settle();
    await this.sweep();
  }

  /** One round of every sweep, with the work that they find. */
  async sweep(): Promise<void> {
    for (const sweep of [
      sweepSignals,
      sweepLateDeliveries,
      markAccountDays,
      sweepExits,
      checkLiveOrders,
      sweepStuckWork,
    ]) {
      await sweep(this.ctx);
      await this.settle();
    }
  }

  /** Both books are whole, and they say the same: nothing of ours is unknown to the venue and the other way round. */
  async expectBooksAgree(): Promise<void> {
    expect(this.queue.failures).toEqual([]);
    expect(this.troubles).toEqual([]);
    // also those that a retry went over in silence
    expect(await rowsOf(this.db.owner, DEADLOCKS)).toEqual([{ deadlocks: 0 }]);
    expect(await this.engine.ledgerCheck()).toEqual([]);
    expect(await rowsOf(this.db.owner, DIFFERENCES)).toEqual([]);
    await this.db.expectInvariantsHold();
  }
}

/** The pipeline over a test file's database; `pipeline()` from the first test on. */
export function usePipeline(db: TestDatabase, options: PipelineOptions = {}): () => Pipeline {
  let made: Pipeline | undefined;
  const pipeline = (): Pipeline => {
    if (made === undefined) throw new Error('the pipeline exists from the first test on');
    return made;
  };
  const hook = useWebhook(db, { connections: 50, queue: () => pipeline().queue });
  beforeAll(async () => {
    const queue = await openTableQueue(db, options.copies);
    made = new Pipeline(db, queue, hook.post, options);
    await made.engine.setKnobs({ partialProbability: 0 });
  });
  return pipeline;
}

const DEADLOCKS = 'select deadlocks::int from pg_stat_database where datname = current_database()';

/** The venue's book against our rows: orders by both ids, settled fills, positions, cash. One row per difference. */
const DIFFERENCES = `
  with theirs as (select * from paper.orders),
    ours as (select * from public.orders where submitted_at is not null),
    paid as (
      select user_broker_id, sum(case side when 'BUY' then -1 else 1 end * round(qty * price * multiplier, 8) - fee) as flow
      from public.trade_fills group by 1)
  select 'order' as what, coalesce(t.client_order_id, o.client_order_id) as id,
      jsonb_build_object('theirs', to_jsonb(t), 'ours', to_jsonb(o)) as detail
    from theirs t full join ours o on o.client_order_id = t.client_order_id and o.user_broker_id = t.account_id
    where (t.status, t.qty, t.filled_qty, t.side, t.instrument_id, 'P' || t.id)
      is distinct from (o.status, o.qty::numeric, o.filled_qty::numeric, o.side, o.instrument_id, coalesce(o.broker_order_id, 'P' || t.id))
      -- one that got lost on its way and was not wanted any more is rightly known to us alone
      and not (t.id is null and o.status in ('CANCELLED', 'EXPIRED') and o.broker_order_id is null and o.filled_qty = 0)
  union all
  select 'fill', coalesce(t.fill_id, f.broker_fill_id), jsonb_build_object('theirs', to_jsonb(t), 'ours', to_jsonb(f))
    from (select * from paper.fills where settled_at is not null) t
    full join public.trade_fills f on f.broker_fill_id = t.fill_id and f.user_broker_id = t.account_id
    where (t.qty, t.price, t.fee) is distinct from (f.qty::numeric, f.price::numeric, f.fee::numeric)
  union all
  select 'position', coalesce(t.account_id, p.user_broker_id)::text, jsonb_build_object('theirs', t.qty, 'ours', p.qty)
    from paper.positions t full join public.positions p on p.user_broker_id = t.account_id and p.instrument_id = t.instrument_id
    where coalesce(t.qty, 0) <> coalesce(p.qty, 0)
  union all
  select 'cash', a.id::text, jsonb_build_object('theirs', a.cash - a.opening_cash, 'ours', p.flow)
    from paper.accounts a left join paid p on p.user_broker_id = a.id
    where a.cash - a.opening_cash <> coalesce(p.flow, 0)`;
