import { describe, expect, inject, it } from 'vitest';
import { KILL_POINTS, killAt } from '#drills/cases/kills.ts';
import { differences, doubles, lostOf, violations } from '#drills/ledger.ts';
import type { DrillServer } from '#drills/server.ts';
import { openStack, type Stack, type StackOptions } from '#drills/stack.ts';
import { startTraffic } from '#drills/traffic.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { urlOf } from '#scripts/embedded-postgres.ts';
import { one } from '#server/db.ts';

/** A short part of `npm run drill`: real processes on the server of the test run. */
const WITHIN_MS = 120_000;

function drillOn(options: StackOptions, act: (stack: Stack) => Promise<void>) {
  const db = useDatabase({ clock: null });
  return async () => {
    const { port } = inject('testServer');
    const refuse = async () => {
      throw new Error('the server belongs to the whole test run');
    };
    const server: DrillServer = {
      port,
      url: (login) => (login === 'postgres' ? urlOf(login, login, port, db.name) : db.url(login)),
      start: refuse,
      stop: refuse,
      stopImmediately: refuse,
    };
    const stack = await openStack({ server, pages: false, ...options });
    try {
      await act(stack);
    } finally {
      await stack.close();
    }
  };
}

describe('four web processes and two workers', () => {
  it(
    'make one signal of the same alert sent 200 times, and survive it that every connection is cut under load',
    drillOn({ webs: 4, world: { strategies: 4, followers: 2, instruments: 5 } }, async (stack) => {
      const token = stack.world.strategies[0]?.token ?? '';
      const body = {
        symbol: stack.world.instruments[0]?.symbol ?? '',
        action: 'buy',
        key: 'the same',
        timestamp: new Date().toISOString(),
      };
      const answers = await Promise.all(Array.from({ length: 200 }, () => stack.client.send(token, body)));
      expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 'duplicate')).toHaveLength(199);

      const traffic = startTraffic(stack, 6, 2_000);
      for (let cut = 0; cut < 3; cut += 1) {
        const before = stack.client.acknowledged().length;
        await expect
          .poll(() => stack.client.acknowledged().length, { timeout: 20_000 })
          .toBeGreaterThan(before + 5);
        await stack.admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
             and usename in ('lockstep_web', 'lockstep_worker', 'lockstep_paper')`,
        );
      }
      await traffic.stop();
      await stack.expectWhole();
      expect(
        await one(stack.admin, `select count(*)::int as n from public.signals where client_key = 'the same'`),
      ).toEqual({ n: 1 });
    }),
    WITHIN_MS,
  );

  it(
    'lose and double nothing when a worker is killed after the broker accepted; and the checks would see it',
    drillOn({}, async (stack) => {
      const kill = KILL_POINTS.find(({ name }) => name === 'kill-after-accept');
      if (kill === undefined) throw new Error('no such kill');
      await killAt(stack, kill);
      await stack.expectWhole();

      const { admin, client } = stack;
      const blind = async () => [
        await differences(admin),
        await violations(admin),
        await lostOf(admin, client.acknowledged()),
        await doubles(admin),
      ];
      expect(await blind()).toEqual([[], [], [], []]);
      const found = async (damage: string) => {
        const hand = await admin.connect();
        await hand.query(`begin; set local session_replication_role = replica; ${damage}`);
        const seen = [
          await differences(hand),
          await violations(hand),
          await lostOf(hand, client.acknowledged()),
          await doubles(hand),
        ];
        await hand.query('rollback');
        hand.release();
        return seen.map((rows) => rows.length > 0);
      };
      const anOrder = `(select min(client_order_id) from public.orders where kind = 'ENTRY')`;
      const ordersGone = await found(`delete from paper.orders where client_order_id = ${anOrder}`);
      const fillsGone = await found(
        `delete from public.trade_fills where order_id = (select id from public.orders where client_order_id = ${anOrder})`,
      );
      const signalsGone = await found('delete from public.signals where client_key is not null');
      const signalTwice = await found(
        `insert into public.signals select (jsonb_populate_record(s, jsonb_build_object('id', uuidv7(), 'dedupe_key', 'x'))).*
         from public.signals s where client_key is not null limit 1`,
      );
      expect([ordersGone[0], fillsGone[0], fillsGone[1], signalsGone[2], signalTwice[3]]).toEqual(
        Array(5).fill(true),
      );
    }),
    WITHIN_MS,
  );
});
