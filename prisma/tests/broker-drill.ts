/**
 * The pipeline's stages 4 to 6 against a paper broker that misbehaves: the real use cases, a queue in memory, time by hand.
 *
 * Entry point: `brokerDrill`. `calm` runs until nothing is under way any more; `differences` joins the venue's own book
 * with our rows and must be empty after every drill.
 */
import { pino } from 'pino';
import { putQuote } from '#prisma/tests/factories.ts';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import { rowsOf } from '#prisma/tests/harness.ts';
import { orderWorld, type World } from '#prisma/tests/order-world.ts';
import { FaultPlan } from '#server/broker/faults.ts';
import { FaultyBroker } from '#server/broker/faulty.ts';
import { PaperEngine } from '#server/broker/paper/engine.ts';
import { accountTerms } from '#server/broker/paper/terms.ts';
import { createRegistry } from '#server/broker/registry.ts';
import { cancelOrders } from '#server/pipeline/4-order/cancel-order.ts';
import { checkLiveOrders } from '#server/pipeline/4-order/check-live-orders.ts';
import { placeOrders } from '#server/pipeline/4-order/place-order.ts';
import { resolveOrders } from '#server/pipeline/4-order/resolve-order.ts';
import { watchAccount } from '#server/pipeline/5-fill/watch-account.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Job } from '#server/queue.ts';

/** Turns of a second each after which a drill must have come to rest. */
const CALM_TURNS = 90;

const LIVE = `status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')`;

export interface BrokerDrill {
  world: World;
  engine: PaperEngine;
  broker: FaultyBroker;
  ctx: PipelineContext;
  /** Puts a job where the worker would find it. */
  job(name: string, id: string): void;
  /** One turn: the jobs at hand, the sweep of live orders, a second, a tick, what is due. */
  turn(): Promise<void>;
  /** Turns until no order of ours is live and no job waits. Throws when that takes too long. */
  calm(): Promise<void>;
  /** Where the venue's book and our rows disagree. */
  differences(): Promise<unknown[]>;
  close(): Promise<void>;
}

export async function brokerDrill(db: TestDatabase, plan = new FaultPlan()): Promise<BrokerDrill> {
  const world = await orderWorld(db);
  const engine = new PaperEngine({ pool: db.paper, onError: () => {} });
  await engine.setKnobs({ partialProbability: 0.3 });
  const id = world.account.id;
  const broker = new FaultyBroker(
    engine.port(id, () => accountTerms(db.worker, id)),
    plan,
  );
  const jobs: Job[] = [];
  const ctx: PipelineContext = {
    pool: db.worker,
    queue: { enqueue: async (_, more) => void jobs.push(...more) },
    log: pino({ level: 'silent' }),
    brokers: createRegistry('PAPER', Object.fromEntries([['PAPER', () => broker]])),
    worker: 'drill',
  };
  const stream = await watchAccount(ctx, { user_broker_id: id, broker: 'PAPER' });
  const handlers: Record<string, (ids: string[]) => Promise<unknown>> = {
    'order.place': (ids) => placeOrders(ctx, ids),
    'order.cancel': (ids) => cancelOrders(ctx, ids),
    'order.refresh': (ids) => resolveOrders(ctx, ids),
  };
  const drill: BrokerDrill = {
    world,
    engine,
    broker,
    ctx,
    job: (name, jobId) => void jobs.push({ name, id: jobId }),
    async turn() {
      for (const [name, of] of Map.groupBy(jobs.splice(0), (job) => job.name)) {
        await handlers[name]?.([...new Set(of.map((job) => job.id))]);
      }
      await checkLiveOrders(ctx);
      await db.advanceClock(1_000);
      await putQuote(db.owner, world.instrument.id, '100', db.now());
      await engine.matchSymbol(world.instrument.id, { bid: '99.99', ask: '100.01', last: '100' });
      await db.advanceClock(100);
      await engine.deliverDueFills();
    },
    async calm() {
      for (let n = 0; n < CALM_TURNS; n += 1) {
        await drill.turn();
        const live = await rowsOf(
          db.owner,
          `select from public.orders where user_broker_id = $1 and ${LIVE}`,
          [id],
        );
        if (live.length === 0 && jobs.length === 0) return;
      }
      throw new Error('the drill did not come to rest');
    },
    differences: () => rowsOf(db.owner, DIFFERENCES, [id]),
    close: () => stream.close(),
  };
  return drill;
}

const DIFFERENCES = `
  with theirs as (select * from paper.orders where account_id = $1 and status <> 'REJECTED'),
    ours as (select * from public.orders where user_broker_id = $1 and broker_order_id is not null),
    fills as (select * from public.trade_fills where user_broker_id = $1)
  select 'order' as what, coalesce(t.client_order_id, o.client_order_id) as id,
      jsonb_build_object('theirs', t.status, 'ours', o.status, 'filled', t.filled_qty, 'recorded', o.filled_qty) as detail
    from theirs t full join ours o on o.client_order_id = t.client_order_id and o.broker_order_id = 'P' || t.id
    where (t.status, t.filled_qty) is distinct from (o.status, o.filled_qty)
  union all
  select 'fill', coalesce(t.fill_id, f.broker_fill_id), jsonb_build_object('theirs', t.qty, 'ours', f.qty)
    from (select * from paper.fills where account_id = $1 and settled_at is not null) t
    full join fills f on f.broker_fill_id = t.fill_id
    where (t.qty, t.price, t.fee) is distinct from (f.qty, f.price, f.fee)
  union all
  select 'position', $1::text, jsonb_build_object('theirs', t.qty, 'ours', p.qty)
    from (select sum(qty) as qty from paper.positions where account_id = $1) t,
      (select sum(qty) as qty from public.positions where user_broker_id = $1) p
    where coalesce(t.qty, 0) <> coalesce(p.qty, 0)
  union all
  select 'cash', $1::text, jsonb_build_object('theirs', a.cash - a.opening_cash, 'ours', c.flow)
    from paper.accounts a, (select coalesce(sum(case side when 'BUY' then -1 else 1 end * qty * price * multiplier - fee), 0) as flow
      from fills) c
    where a.id = $1 and a.cash - a.opening_cash <> c.flow`;
