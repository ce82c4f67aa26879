/**
 * Whatever happens to a trade's exits, in whatever order, nothing is sold twice, nothing is left behind, and in the end
 * everything is out. A seeded broker accepts, refuses, loses, fills late and refuses cancels, while prices, users, alerts
 * and switches act. LOCKSTEP_FUZZ_RUNS runs more of it.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { type ExitWorld, exitWorld, type TestJob } from './exit-world.ts';

const t = useDatabase();
const RUNS = Number(process.env.LOCKSTEP_FUZZ_RUNS ?? 6);

/** Rows past their allowed age are the stuck sweep's business; here the clock jumps. */
const BY_AGE = new Set([
  'order_is_sent_soon',
  'unknown_order_is_settled_or_quarantined',
  'approved_exit_has_an_order',
  'entering_trade_has_a_live_order',
]);

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('price' as const), price: fc.integer({ min: 92, max: 110 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      answer: fc.constantFrom('ACCEPTED', 'ACCEPTED', 'ACCEPTED', 'REJECTED', 'LOST'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('fill' as const),
      order: fc.nat(7),
      part: fc.constantFrom(1, 3, 100),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      order: fc.nat(7),
      answer: fc.constantFrom('CANCELLED', 'CANCEL_REFUSED', 'OPEN', 'EXPIRED'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(400, 1_000, 5_000, 15_000, 31_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rest' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('close' as const),
      trade: fc.nat(2),
      qty: fc.constantFrom(null, '2', '5'),
      limit: fc.constantFrom(null, '104'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('withdraw' as const), trade: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('alert' as const),
      trade: fc.nat(2),
      qty: fc.constantFrom(null, '3'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('switch' as const),
      state: fc.constantFrom('FLATTEN', 'HALT', 'OFF', 'OFF'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('connection' as const),
      state: fc.constantFrom('CONNECTED', 'CONNECTED', 'DISCONNECTED'),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** One world with three trades, the jobs not yet done, and what the steps do to them. */
async function drill(rules: Record<string, unknown>) {
  const w = await exitWorld(t, { rules });
  const trades = [await w.open(), await w.open(), await w.open({ filled: '4' })];
  const jobs: TestJob[] = [];
  let last = 100;
  const ordersOf = async (where: string) =>
    (
      await t.owner.query(
        `select * from public.orders where trade_id = any ($1) and ${where} order by created_at, id`,
        [trades],
      )
    ).rows;

  const send = async (id: string, answer: string) => {
    const claimed = await w.call<{ orders: { id: string }[]; jobs: TestJob[] }>(
      'fn.orders_claim(array[$1]::uuid[], $2)',
      [id, 'w'],
    );
    jobs.push(...claimed.jobs);
    if (claimed.orders.length === 0) return;
    jobs.push(
      ...(
        await w.report(id, answer, answer === 'REJECTED' ? { code: 'OTHER' } : { broker_order_id: `b-${id}` })
      ).jobs,
    );
  };
  const work = async (answer: string) => {
    const job = jobs.shift();
    if (job?.name === 'exit.qualify') jobs.push(...(await w.qualify(job.id)).jobs);
    else if (job?.name === 'order.place') await send(job.id, answer);
  };
  const asUser = (text: string, values: unknown[]) =>
    t
      .asActor(
        w.user.id,
        async (client) =>
          (await client.query(`select ${text} as out`, values)).rows[0].out as { jobs: TestJob[] },
      )
      .then((out) => {
        jobs.push(...out.jobs);
      })
      .catch((error) => {
        if (!['LK409', 'LK400'].includes(error.code)) throw error;
      });

  const acts: { [K in Step['do']]: (s: Extract<Step, { do: K }>) => Promise<unknown> } = {
    price: async (s) => {
      last = s.price;
      await w.quote(String(last));
      jobs.push(...(await w.sweep()).jobs);
    },
    work: (s) => work(s.answer),
    fill: async (s) => {
      const all = await ordersOf(`status not in ('CREATED', 'DENIED', 'FILLED')`);
      const order = all[s.order % Math.max(all.length, 1)];
      if (!order) return;
      const left = Number(order.qty) - Number(order.filled_qty);
      jobs.push(...(await w.fill(order.id, String(Math.min(left, s.part)), String(last))).jobs);
    },
    report: async (s) => {
      const all = await ordersOf(`status in ('CANCEL_REQUESTED', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED')`);
      const order = all[s.order % Math.max(all.length, 1)];
      if (order)
        jobs.push(...(await w.report(order.id, s.answer, { broker_order_id: `b-${order.id}` })).jobs);
    },
    wait: async (s) => {
      await t.advanceClock(s.ms);
      await w.quote(String(last));
    },
    rest: async () => {
      jobs.push(...(await w.restSweep()).jobs);
    },
    close: (s) =>
      asUser('fn.trade_close_manual($1, $2, $3, $4)', [
        trades[s.trade],
        s.qty,
        s.limit ? 'LIMIT' : 'MARKET',
        s.limit,
      ]),
    withdraw: (s) => asUser('fn.trade_exit_withdraw($1)', [trades[s.trade]]),
    alert: (s) =>
      w.call('fn.trade_wish_set($1, $2, $3, fn.clock())', [trades[s.trade], 'SIGNAL_EXIT', s.qty], t.owner),
    switch: (s) => asUser(`fn.switch_set('ACCOUNT', $1, $2, 'drill')`, [w.account.id, s.state]),
    connection: (s) =>
      t.owner.query('update public.user_brokers set connection = $2 where id = $1', [w.account.id, s.state]),
  };

  /** The broker behaves and FLATTEN stands: everything is out before long. */
  const calm = async () => {
    await acts.connection({ do: 'connection', state: 'CONNECTED' });
    await acts.switch({ do: 'switch', state: 'FLATTEN' });
    for (let round = 0; round < 60; round += 1) {
      jobs.push(...(await w.sweep()).jobs, ...(await w.restSweep()).jobs);
      jobs.push(...(await w.call<{ jobs: TestJob[] }>('fn.entries_halted_withdraw()', [])).jobs);
      while (jobs.length > 0) await work('ACCEPTED');
      for (const order of await ordersOf(
        `status in ('CREATED', 'CANCEL_REQUESTED', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED')`,
      )) {
        if (order.status === 'CREATED') await send(order.id, 'ACCEPTED');
        else if (order.kind === 'ENTRY' || order.status === 'CANCEL_REQUESTED')
          jobs.push(...(await w.report(order.id, 'CANCELLED')).jobs);
        else if (order.status === 'UNKNOWN')
          jobs.push(...(await w.report(order.id, 'OPEN', { broker_order_id: `b-${order.id}` })).jobs);
        else
          jobs.push(
            ...(await w.fill(order.id, String(Number(order.qty) - Number(order.filled_qty)), String(last)))
              .jobs,
          );
      }
      const { rows } = await t.owner.query(
        `select 1 from public.trades where user_broker_id = $1 and status not in ('CLOSED', 'CANCELLED', 'REJECTED')`,
        [w.account.id],
      );
      if (rows.length === 0) return;
      await t.advanceClock(31_000);
      await w.quote(String(last));
    }
    throw new Error('not everything is out after 60 rounds');
  };
  return { w, act: (s: Step) => (acts[s.do] as (s: Step) => Promise<unknown>)(s), calm };
}

async function expectSound(w: ExitWorld): Promise<void> {
  const { rows } = await t.worker.query('select * from fn.invariants()');
  expect(rows.filter((row) => !BY_AGE.has(row.name))).toEqual([]);
  const unprotected = await w.call<number>('fn.unprotected_refresh()', []);
  expect(unprotected).toBeGreaterThanOrEqual(0);
}

it('exits survive any order of prices, orders, fills, refusals, late fills, closings, alerts and switches', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        { target_pct: '5' },
        { trail_arm_pct: '3', stop_pct: '1' },
        {
          rungs: [
            { at_pct: '2', share_pct: '30' },
            { at_pct: '4', share_pct: '30' },
          ],
          target_pct: '7',
          rest_stop_s: 0,
        },
      ),
      fc.array(step, { minLength: 15, maxLength: 60 }),
      async (rules, steps) => {
        const d = await drill(rules);
        for (const s of steps) {
          await d.act(s);
          await expectSound(d.w);
        }
        await d.calm();
        await expectSound(d.w);
      },
    ),
    { numRuns: RUNS, endOnFailure: RUNS > 50 ? undefined : true },
  );
}, 1_200_000);
