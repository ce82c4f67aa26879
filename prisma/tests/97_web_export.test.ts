import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertUser } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { callerOf } from '#server/api/root.ts';
import type { Context } from '#server/api/trpc.ts';
import { exportInput } from '#server/export/exports.ts';
import { exportStream } from '#server/export/stream.ts';

const db = useDatabase();

beforeAll(() => {
  Object.assign(globalThis, { lockstepWebPool: db.web });
});

const actorOf = (userId: string) => ({
  userId,
  role: 'user' as const,
  sessionId: randomUUID(),
  email: 'x@example.test',
  name: 'X',
  timeZone: 'UTC',
});

const as = (userId: string) =>
  callerOf({
    actor: actorOf(userId),
    stillHere: async () => true,
    queue: async () => ({ enqueue: async () => undefined }),
  } as unknown as Context);

/** The change of a person who has looked at the trade just now. */
async function _setSeen(
  api: ReturnType<typeof as>,
  levels: { id: string; stop: string | null; target: string | null },
) {
  const { standing: seen } = await api.trades.get({ id: levels.id });
  return api.positions.setLevels({ ...levels, seen, key: randomUUID() });
}

const RULES = { stop_pct: '1', target_pct: '2', hard_stop_pct: '5', trail_arm_pct: null };

describe('an export', () => {
  const textOf = async (
    userId: string,
    kind: 'positions' | 'orders' | 'trades' | 'fills' | 'lots',
    filter = {},
  ) => new Response(exportStream(actorOf(userId), kind, exportInput.parse(filter))).text();

  it('holds the person’s own rows alone, a heading also without any', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const id = await world.open({ qty: '10', price: '100' });
    const closed = await world.open({ qty: '5', price: '100' });
    await as(world.user.id).trades.close({ id: closed, qty: null, limitPrice: null, key: randomUUID() });
    const [wish] = await world.intents(closed);
    await world.work([{ name: 'exit.qualify', id: wish.id }]);
    const [exit] = await world.orders(closed);
    await world.fill(exit.id, '5', '103');
    const lines = async (kind: 'positions' | 'orders' | 'trades' | 'fills' | 'lots') =>
      (await textOf(world.user.id, kind)).trimEnd().split('\r\n');
    expect(await lines('positions')).toHaveLength(2);
    expect((await lines('positions'))[1]).toContain(id);
    expect(await lines('orders')).toHaveLength(4);
    expect((await lines('trades'))[1]).toContain(',15,');
    expect(await lines('fills')).toHaveLength(4);
    expect((await lines('lots'))[1]).toContain('FIFO,2026,USD,5,');
    const stranger = await insertUser(db.owner);
    for (const kind of ['positions', 'orders', 'trades', 'fills', 'lots'] as const)
      expect((await textOf(stranger.id, kind)).trimEnd().split('\r\n')).toHaveLength(1);
  });

  it('goes on over many pages without a gap or a repeat', async () => {
    const world = await exitWorld(db);
    await db.owner.query(
      `insert into public.orders (user_id, user_broker_id, instrument_id, kind, origin, side, order_type, qty, status,
         client_order_id, filled_qty, ended_at, created_at, updated_at)
       select $1, $2, $3, 'ENTRY', 'IMPORT', 'BUY', 'MARKET', 1, 'FILLED', 'csv-' || g, 1, t.at, t.at, t.at
       from generate_series(1, 2500) g, lateral (select timestamptz '2026-03-02 15:00+00' + (g / 3) * interval '1 microsecond' as at) t`,
      [world.user.id, world.account.id, world.instrument.id],
    );
    const lines = (await textOf(world.user.id, 'orders')).trimEnd().split('\r\n').slice(1);
    expect(new Set(lines.map((line) => /csv-\d+/.exec(line)?.[0])).size).toBe(2500);
    expect(lines).toHaveLength(2500);
  });
});

// last: its rows have no fills
