import fc from 'fast-check';
import type { Logger } from 'pino';
import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { withTx } from '#server/db.ts';
import { sweepExits } from '#server/pipeline/7-exit/sweep-exits.ts';
import { QuoteWatch } from '#server/pipeline/7-exit/watch-quotes.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { Job } from '#server/queue.ts';
import { type ExitWorld, exitWorld } from './exit-world.ts';

const t = useDatabase({ max: 20 });

/** What the use cases are given, with a queue that only remembers. */
function contextOf(): PipelineContext & { jobs: Job[] } {
  const jobs: Job[] = [];
  const log = {
    error: (facts: { err: unknown }) => {
      throw facts.err;
    },
    warn: () => undefined,
  } as unknown as Logger;
  return {
    jobs,
    pool: t.worker,
    queue: {
      enqueue: async (_client, more) => {
        jobs.push(...more);
      },
    },
    log,
    brokers: undefined as never,
    worker: 'test',
  };
}
const live = async (trade: string) => {
  const { rows } = await t.owner.query(
    `select (select count(*)::int from public.exit_intents where trade_id = $1 and status in ('PENDING', 'APPROVED', 'PLACED')) as intents,
      (select count(*)::int from public.exit_signals where trade_id = $1) as signals,
      (select count(*)::int from public.orders where trade_id = $1 and kind = 'EXIT') as orders`,
    [trade],
  );
  return rows[0];
};

describe('at once', () => {
  it('50 detectors of the same stop, a manual close and a FLATTEN make one live exit and one live order', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    const raise = () => w.raise({ trade_id: id, last: '97', by: 'BOOK' });
    const close = () =>
      t
        .asActor(w.user.id, (client) => client.query('select fn.trade_close_manual($1) as out', [id]))
        .catch((error) => {
          expect(error.code).toBe('LK409');
        });
    const flatten = () =>
      t.asActor(w.user.id, (client) =>
        client.query(`select fn.switch_set('ACCOUNT', $1, 'FLATTEN', 'x')`, [w.account.id]),
      );
    await Promise.all([
      ...Array.from({ length: 25 }, raise),
      close(),
      flatten(),
      ...Array.from({ length: 25 }, raise),
    ]);
    await w.quote('97');
    await Promise.all(Array.from({ length: 8 }, () => w.sweep()));
    expect((await live(id)).intents).toBe(1);
    const pending = (await w.intents(id)).filter((x) => x.status === 'PENDING').map((x) => x.id);
    const decided = await Promise.all(Array.from({ length: 10 }, () => w.qualify(...pending)));
    expect(decided.flatMap((d) => d.jobs).filter((j) => j.name === 'order.place').length).toBeLessThanOrEqual(
      1,
    );
    expect(await live(id)).toMatchObject({ intents: 1, orders: 1 });
    const [order] = await w.orders(id);
    await w.place(order.id);
    await Promise.all([
      w.fill(order.id, '4', '97'),
      w.raise({ trade_id: id, last: '90' }),
      w.fill(order.id, '6', '97'),
      w.sweep(),
    ]);
    expect((await w.tradeOf(id)).status).toBe('CLOSED');
    await t.expectInvariantsHold();
  });

  it('50 raises of one reason are one signal', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    const all = await Promise.all(Array.from({ length: 50 }, () => w.raise({ trade_id: id, last: '97' })));
    expect(all.flatMap((r) => r.raised)).toHaveLength(1);
    expect(await live(id)).toEqual({ intents: 1, signals: 1, orders: 0 });
  });

  it.each([
    [
      'one_pending_exit_per_trade',
      `insert into public.exit_intents (exit_signal_id, trade_id, user_id, user_broker_id, instrument_id, exit_reason, rank, created_at)
      select s.id, s.trade_id, s.user_id, s.user_broker_id, s.instrument_id, s.exit_reason, 5, s.recorded_at from public.exit_signals s where s.id = $1`,
    ],
    [
      'one_live_exit_order_per_trade',
      `insert into public.orders (user_id, user_broker_id, instrument_id, trade_id, exit_intent_id, kind, origin, side, order_type, qty, client_order_id, created_at, updated_at)
      select x.user_id, x.user_broker_id, x.instrument_id, x.trade_id, x.id, 'EXIT', 'EXIT', 'SELL', 'MARKET', 1, gen_random_uuid()::text, x.created_at, x.created_at
      from public.exit_intents x where x.trade_id = (select trade_id from public.exit_signals where id = $1) limit 1`,
    ],
  ])('%s holds between two connections, whatever a function would do', async (constraint, insert) => {
    const w = await exitWorld(t);
    const id = await w.open();
    await w.price('97');
    const signal = await t.owner.query(
      `insert into public.exit_signals (trade_id, user_id, user_broker_id, instrument_id, exit_reason, episode_id, detected_by, cooldown_ms, occurred_at, recorded_at)
       select trade_id, user_id, user_broker_id, instrument_id, 'HARD_STOP', 1, 'TEST', 0, occurred_at, recorded_at from public.exit_signals where trade_id = $1 returning id`,
      [id],
    );
    await expect(t.owner.query(insert, [signal.rows[0].id])).rejects.toMatchObject({ constraint });
  });

  it('exits, fills, cancels and rule changes of one account never deadlock', async () => {
    const w = await exitWorld(t, { rules: { target_pct: '5' } });
    const ids: string[] = [];
    for (let i = 0; i < 6; i += 1) ids.push(await w.open());
    await w.quote('97');
    const rounds = Array.from({ length: 6 }, (_, i) => [
      w.raise(...ids.toReversed().map((trade_id) => ({ trade_id, last: String(97 - i) }))),
      w.sweep().then((done) => w.work(done.jobs)),
      w.restSweep(),
      w.call('fn.unprotected_refresh()', []),
      t.asActor(w.user.id, (client) =>
        client.query(`select fn.exit_rules_set('STRATEGY', $1, $2::jsonb)`, [
          w.strategy.id,
          { trail_arm_pct: null, stop_pct: `${2 + i / 10}` },
        ]),
      ),
      ...ids.map(async (id) => {
        const order = (await w.orders(id)).at(-1);
        if (order && ['PLACED', 'PARTIALLY_FILLED'].includes(order.status)) await w.fill(order.id, '1', '97');
      }),
    ]);
    await Promise.all(rounds.flat());
    for (const id of ids) expect((await live(id)).intents).toBeLessThanOrEqual(1);
  });
});

describe('the watch', () => {
  const watching = async (w: ExitWorld) => {
    const ctx = contextOf();
    const watch = new QuoteWatch(ctx);
    watch.onGained(w.instrument.id);
    await watch.sync();
    const tick = async (...prices: number[]) => {
      const at = Date.parse(t.now());
      for (const last of prices) await w.quote(String(last));
      await watch.onTicks(
        w.instrument.id,
        prices.map((last) => ({ last, at })),
      );
    };
    return { watch, tick, ctx };
  };

  it('raises what a tick crosses, once, and enqueues its qualification in the same transaction', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    const { watch, tick, ctx } = await watching(w);
    await tick(99, 98, 97.6);
    expect(ctx.jobs).toEqual([]);
    await tick(97.4, 99);
    expect(ctx.jobs.map((j) => j.name)).toEqual(['exit.qualify']);
    expect((await w.intents(id))[0]).toMatchObject({ exit_reason: 'STOP_LOSS', status: 'PENDING' });
    await watch.sync();
    await tick(97.3);
    expect(ctx.jobs).toHaveLength(1);
    await watch.stop();
  });

  it('learns of a trade that opens, changes or closes behind its back, and of what commits late', async () => {
    const w = await exitWorld(t);
    const { watch, tick, ctx } = await watching(w);
    const id = await w.open();
    const late = await w.open();
    await withTx(t.owner, async (client) => {
      await client.query('update public.trades set stop_price = 99 where id = $1', [late]);
      await t.owner.query('update public.trades set stop_price = 90, hard_stop_price = 80 where id = $1', [
        id,
      ]);
      await watch.sync();
    });
    await watch.sync();
    await tick(98.5);
    expect((await w.intents(late))[0]).toMatchObject({ exit_reason: 'STOP_LOSS' });
    expect(await w.intents(id)).toEqual([]);
    await w.work(ctx.jobs);
    await w.fill((await w.orders(late))[0].id, '10', '98.5');
    await watch.sync();
    await tick(50);
    expect((await w.intents(late)).map((x) => x.status)).toEqual(['FILLED']);
    expect((await w.intents(id))[0]).toMatchObject({ exit_reason: 'HARD_STOP' });
    await watch.stop();
  });

  it('hears a change by notification, without being asked', async () => {
    const w = await exitWorld(t);
    const { watch, tick } = await watching(w);
    watch.start();
    const id = await w.open();
    await expect
      .poll(
        async () => {
          await tick(97);
          return (await w.intents(id)).length;
        },
        { timeout: 5_000 },
      )
      .toBe(1);
    await watch.stop();
  });

  it('and the sweep agree: whatever rows change behind the book, each exit that is due is raised, by one or the other, once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('LONG' as const, 'SHORT' as const), { minLength: 1, maxLength: 4 }),
        fc.array(
          fc.oneof(
            fc.record({ price: fc.integer({ min: 92, max: 108 }) }),
            fc.record({ trade: fc.nat(3), stop: fc.integer({ min: 92, max: 108 }), isTold: fc.boolean() }),
          ),
          { minLength: 1, maxLength: 12 },
        ),
        async (directions, steps) => {
          const w = await exitWorld(t, { rules: { hard_stop_pct: null, stop_pct: null, target_pct: null } });
          const { watch, tick, ctx } = await watching(w);
          const stops = new Map<string, { direction: string; stop: number | null; done: boolean }>();
          for (const direction of directions)
            stops.set(await w.open({ direction }), { direction, stop: null, done: false });
          await watch.sync();
          for (const step of steps) {
            if ('price' in step) {
              await tick(step.price);
              await sweepExits(ctx);
              for (const trade of stops.values()) {
                if (trade.stop === null) continue;
                trade.done ||=
                  trade.direction === 'LONG' ? step.price <= trade.stop : step.price >= trade.stop;
              }
            } else {
              const [id, trade] = [...stops][step.trade % stops.size] ?? [];
              if (!id || !trade || trade.done) continue;
              trade.stop = step.stop;
              await t.owner.query('update public.trades set stop_price = $2 where id = $1', [id, step.stop]);
              // a stop set beyond the last price holds at once: the sweep would find it
              await sweepExits(ctx);
              if (step.isTold) await watch.sync();
              const { rows } = await t.owner.query(
                'select last::float8 as last from public.quotes where instrument_id = $1',
                [w.instrument.id],
              );
              trade.done ||=
                trade.direction === 'LONG' ? rows[0].last <= step.stop : rows[0].last >= step.stop;
            }
            for (const [id, trade] of stops) expect((await w.intents(id)).length).toBe(trade.done ? 1 : 0);
          }
          await watch.stop();
        },
      ),
      { numRuns: 12 },
    );
  });
});
