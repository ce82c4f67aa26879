import { describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import {
  type Account,
  type Instrument,
  type Pipeline,
  type Source,
  usePipeline,
} from '#prisma/tests/pipeline-world.ts';
import { FaultPlan, seededPlan } from '#server/broker/faults.ts';
import { FaultyBroker } from '#server/broker/faulty.ts';
import type { Client } from '#server/db.ts';
import { seedOf, uniform } from '#server/market/random.ts';
import { sweepSignals } from '#server/pipeline/1-signal/sweep-signals.ts';
import { sweepLateDeliveries } from '#server/pipeline/2-delivery/fan-out.ts';
import { markAccountDays } from '#server/pipeline/3-intent/mark-account-days.ts';
import { checkLiveOrders } from '#server/pipeline/4-order/check-live-orders.ts';
import { sweepExits } from '#server/pipeline/7-exit/sweep-exits.ts';
import { reconcileDue } from '#server/pipeline/8-reconcile/reconcile-account.ts';
import type { Job } from '#server/queue.ts';

const SEEDS = Number(process.env.STORM_SEEDS ?? 2);
const ROUNDS = 6;
const ALERTS = 24;
/** Turns of the calm after which nothing may be under way any more. */
const CALM_TURNS = 12;

const db = useDatabase({ max: 14 });
let faults = new FaultPlan();
const plan = new FaultPlan((operation) => faults.take(operation));
// every job twice, by two of four drains at the same time, over a broker that loses requests and answers
const pipeline = usePipeline(db, { copies: 2, drains: 4, broker: (port) => new FaultyBroker(port, plan) });

interface Stage {
  p: Pipeline;
  sources: Source[];
  instruments: Instrument[];
  accounts: Account[];
  /** The next number in [0, 1). */
  draw: () => number;
}

async function stageFor(seed: string): Promise<Stage> {
  const p = pipeline();
  const sources = [await p.source(), await p.source()];
  const instruments = [await p.instrument('100'), await p.instrument('100')];
  const accounts: Account[] = [];
  for (let n = 0; n < 4; n += 1)
    accounts.push(await p.account(sources, { subscription: { rebuys: n % 2 === 0 } }));
  const start = seedOf('storm', seed);
  let step = 0;
  const draw = (): number => {
    step += 1;
    return uniform(start, step, 0);
  };
  return { p, sources, instruments, accounts, draw };
}

const oneOf = <T>(stage: Stage, all: readonly T[]): T => all[Math.floor(stage.draw() * all.length)] as T;

/** An alert of any kind, as senders mix them. */
function anyAlert(stage: Stage, key: string): Record<string, unknown> {
  const { symbol } = oneOf(stage, stage.instruments);
  const kind = oneOf(stage, [
    { action: 'buy', direction: 'long' },
    { action: 'buy', direction: 'long', stop: '97', target: '103' },
    { action: 'buy', direction: 'long', limit_price: '99.9' },
    { action: 'sell', direction: 'short' },
    { action: 'sell', direction: 'short', limit_price: '100.2' },
    { action: 'add', direction: 'long' },
    { action: 'sell', direction: 'long', quantity: '1', market_position_size: '1' },
    { action: 'exit' },
    { action: 'exit', direction: 'long' },
    { action: 'cancel' },
  ]);
  return { symbol, ...kind, key };
}

/** One round: alerts by the dozen, four drains, all sweeps and what people click, all at once; then a price. */
async function round(stage: Stage, n: number): Promise<void> {
  const { p, sources, instruments, draw } = stage;
  const alerts = Array.from({ length: ALERTS }, async (_, k) => {
    const { http, text } = await p.alert(oneOf(stage, sources).token, anyAlert(stage, `${n}-${k}`));
    if (http !== 200 && http !== 400) throw new Error(`an alert was answered ${http}: ${text}`);
  });
  const sweeps = [sweepExits, sweepSignals, sweepLateDeliveries, checkLiveOrders, markAccountDays];
  const work = await Promise.allSettled([
    p.settle(),
    ...sweeps.map((sweep) => sweep(p.ctx)),
    reconcileDue(p.ctx, 0),
    ...(await clicks(stage)),
    ...alerts,
  ]);
  // a click on a trade that is closing already is told so
  const failed = work
    .filter((w) => w.status === 'rejected')
    .filter(({ reason }) => !/^LK4/.test(reason.code));
  expect(failed.map(({ reason }) => String(reason))).toEqual([]);
  await p.settle();
  for (const instrument of instruments) {
    const last = 100 + 8 * (draw() - 0.5);
    await p.tick(instrument, last.toFixed(2), {
      bid: (last - 0.02).toFixed(2),
      ask: (last + 0.02).toFixed(2),
    });
  }
  await p.later(2_000);
}

type Click = (client: Client) => Promise<unknown>;

/** An act of a person, with the jobs that follow from it in its transaction. */
function clickOf(p: Pipeline, statement: string, values: unknown[]): Click {
  return async (client) => {
    const { rows } = await client.query<{ done: { jobs?: Job[] } | null }>(
      `select ${statement} as done`,
      values,
    );
    await p.queue.enqueue(client, rows[0]?.done?.jobs ?? []);
  };
}

/** What people do meanwhile: close by hand, halt or flatten an account and lift it again, change a strategy's stop. */
async function clicks(stage: Stage): Promise<Promise<unknown>[]> {
  const { p, sources, accounts, draw } = stage;
  const open = await rowsOf<{ id: string; user_id: string }>(
    db.owner,
    `select id, user_id from public.trades where status in ('OPEN', 'EXITING') order by id`,
  );
  const by = (userId: string, work: Click) => db.asActor(userId, work);
  const closing = open
    .filter(() => draw() < 0.15)
    .map(({ id, user_id }) => by(user_id, clickOf(p, 'fn.trade_close_manual($1)', [id])));
  const switched = accounts.map(({ id, user_id }) => {
    const state = draw() < 0.6 ? 'OFF' : oneOf(stage, ['HALT', 'FLATTEN']);
    return by(user_id, clickOf(p, `fn.switch_set('ACCOUNT', $1, $2, 'storm')`, [id, state]));
  });
  const rules = sources.map(({ strategy }) => {
    const stop = JSON.stringify({ stop_pct: (1 + 2 * draw()).toFixed(2) });
    return by(
      strategy.user_id,
      clickOf(p, `to_jsonb(fn.exit_rules_set('STRATEGY', $1, $2::jsonb)::text)`, [strategy.id, stop]),
    );
  });
  return [...closing, ...switched, ...rules];
}

/** What a storm must have had in it to be one. */
const SEEN = `
  select (select count(*)::int from public.trades where status = 'CLOSED') as closed,
    (select count(*)::int from public.order_events where to_status = 'UNKNOWN') as unknown,
    (select count(*)::int from public.exit_signals where exit_reason = 'KILL_SWITCH')
      + (select count(*)::int from public.trade_intents where reason_code = 'HALTED') as switched`;

const underWay = () =>
  rowsOf(
    db.owner,
    `select 'trade' as what, t.status, count(*)::int as n from public.trades t
       where t.status not in ('CLOSED', 'CANCELLED', 'REJECTED') group by t.status
     union all
     select 'order', o.status, count(*)::int from public.orders o
       where o.status not in ('FILLED', 'CANCELLED', 'EXPIRED', 'REJECTED', 'DENIED') group by o.status
     union all
     select 'delivery', d.status, count(*)::int from public.signal_deliveries d where d.status = 'PENDING' group by d.status`,
  );

describe('everything at once, over a broker that loses what it is told and what it says', () => {
  it.each(Array.from({ length: SEEDS }, (_, n) => `${n + 1}`))(
    'by seed %s: no deadlock, and in the calm after it both books are flat and agree',
    async (seed) => {
      const stage = await stageFor(seed);
      const { p, sources, instruments } = stage;
      await p.engine.setKnobs({ seed, partialProbability: 0.3 });
      const lost = { LOST_REQUEST: 0.1, LOST_ANSWER: 0.15 };
      faults = seededPlan(seed, {
        place: lost,
        cancel: { ...lost, REFUSED: 0.1 },
        getOrder: { LOST_ANSWER: 0.2 },
      });
      for (let n = 0; n < ROUNDS; n += 1) {
        await round(stage, n);
        await db.expectInvariantsHold();
      }
      faults = new FaultPlan();
      for (const { id, user_id } of stage.accounts)
        await db.asActor(user_id, clickOf(p, `fn.switch_set('ACCOUNT', $1, 'OFF', null)`, [id]));
      for (const { token } of sources)
        for (const { symbol } of instruments)
          await p.alert(token, { symbol, action: 'exit', key: `last-${seed}` });
      for (let turn = 0; turn < CALM_TURNS && (turn < 2 || (await underWay()).length > 0); turn += 1) {
        for (const instrument of instruments) await p.tick(instrument, turn % 2 === 0 ? '100' : '100.01');
        await p.later(31_000);
      }
      expect(await underWay()).toEqual([]);
      await p.expectBooksAgree();
      expect(await rowsOf(db.owner, 'select qty from public.positions where qty <> 0')).toEqual([]);
    },
  );

  it('was a storm: trades closed, answers were lost, switches bit', async () => {
    const [seen] = await rowsOf(db.owner, SEEN);
    for (const [what, n] of Object.entries(seen ?? {})) expect(n, what).toBeGreaterThan(0);
  });
});
