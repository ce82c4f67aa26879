import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertUser } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { callerOf } from '#server/api/root.ts';
import type { Context } from '#server/api/trpc.ts';

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
async function setSeen(
  api: ReturnType<typeof as>,
  levels: { id: string; stop: string | null; target: string | null },
) {
  const { standing: seen } = await api.trades.get({ id: levels.id });
  return api.positions.setLevels({ ...levels, seen, key: randomUUID() });
}

const RULES = { stop_pct: '1', target_pct: '2', hard_stop_pct: '5', trail_arm_pct: null };

describe('open positions', () => {
  it('have the figures of this moment and the exit that would fire next, nearest first', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const long = await world.open({ qty: '10', price: '100' });
    const short = await world.open({ direction: 'SHORT', qty: '10', price: '100' });
    await world.quote('100.8');
    const api = as(world.user.id);
    const { items, total } = await api.positions.list({});
    expect(total).toBe(2);
    // the short's stop at 101 is 0.2 % away, the long's target at 102 is 1.2 % away
    expect(items.map((one) => [one.id, one.next?.kind])).toEqual([
      [short, 'stop'],
      [long, 'target'],
    ]);
    expect(items.map((one) => Number(one.pnl))).toEqual([-8, 8]);
    expect(Number(items[0]?.next?.distance)).toBeCloseTo(0.1984, 4);
    expect(items[1]?.levels.map((one) => one.kind)).toEqual(['target', 'stop', 'hard_stop']);
    const best = await api.positions.list({ sort: 'best' });
    expect(best.items.map((one) => one.id)).toEqual([long, short]);
    expect(best.nextCursor).toBeNull();
  });

  it('a condition that is met already has a distance below zero', async () => {
    const world = await exitWorld(db, { rules: RULES });
    await world.open({ qty: '10', price: '100' });
    await world.quote('98.5');
    const [item] = (await as(world.user.id).positions.list({})).items;
    expect(item?.next?.kind).toBe('stop');
    expect(Number(item?.next?.distance)).toBeLessThan(0);
  });
});

describe('stop and target by hand', () => {
  it('hold at once, are said to be yours, and give way to the rules when taken back', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const id = await world.open({ qty: '10', price: '100' });
    const api = as(world.user.id);
    const preview = await api.positions.previewLevels({ id, stop: '98', target: '105' });
    expect(preview.problem).toBeNull();
    expect([Number(preview.stop?.result), Number(preview.target?.result)]).toEqual([-20, 50]);
    const set = await setSeen(api, { id, stop: '98.004', target: '105' });
    // to the tick, in the trade's favour
    expect(set).toEqual({ stop: '98.01', target: '105' });
    const trade = await api.trades.get({ id });
    expect(
      trade.levels.filter((one) => one.setBy === 'you').map((one) => [one.kind, Number(one.price)]),
    ).toEqual([
      ['stop', 98.01],
      ['target', 105],
    ]);
    expect(await world.price('98')).toEqual(['STOP_LOSS']);

    const other = await world.open({ qty: '10', price: '100' });
    await setSeen(api, { id: other, stop: '98', target: null });
    await setSeen(api, { id: other, stop: '98.5', target: null });
    await setSeen(api, { id: other, stop: null, target: '104' });
    expect(Number((await world.tradeOf(other)).stop_price)).toBe(99);
    const { story } = await api.trades.get({ id: other });
    expect(story.filter((one) => one.detail[0] === 'by hand').map((one) => one.title)).toEqual([
      ['Stop set to ', { price: '98.000000000000' }],
      ['Stop moved from ', { price: '98.000000000000' }, ' to ', { price: '98.500000000000' }],
      [
        'Stop left to its rules, no longer ',
        { price: '98.500000000000' },
        ' · ',
        'Target set to ',
        { price: '104.000000000000' },
      ],
    ]);
    await db.expectInvariantsHold();
  });

  it('are changed once with the same key, and every change is in the audit log and on the live stream', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const id = await world.open({ qty: '10', price: '100' });
    const api = as(world.user.id);
    const { standing: seen } = await api.trades.get({ id });
    const act = { id, stop: '97', target: null, seen, key: randomUUID() };
    expect(await api.positions.setLevels(act)).toEqual(await api.positions.setLevels(act));
    const audit = await rowsOf(
      db.owner,
      `select detail from public.audit_log where act = 'trade.levels_set' and entity_id = $1`,
      [id],
    );
    expect(audit).toEqual([{ detail: expect.objectContaining({ stop: 97, stop_before: 99 }) }]);
    const events = await rowsOf(
      db.owner,
      `select 1 from public.event_log where entity_id = $1 and data ? 'stop'`,
      [id],
    );
    expect(events).toHaveLength(1);
  });

  it('are refused where the price has passed them, for both directions, and nothing changes', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const long = await world.open({ qty: '10', price: '100' });
    const short = await world.open({ direction: 'SHORT', qty: '10', price: '100' });
    const api = as(world.user.id);
    const tries = [
      { id: long, stop: '100', target: null, says: 'The stop 100 is already passed by the price 100' },
      { id: long, stop: null, target: '99.99', says: 'The target 99.99 is already passed' },
      { id: short, stop: '99', target: null, says: 'The stop 99 is already passed' },
      { id: short, stop: null, target: '101', says: 'The target 101 is already passed' },
    ];
    for (const { says, ...levels } of tries) {
      await expect(setSeen(api, levels)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        message: expect.stringContaining(says),
      });
      expect((await api.positions.previewLevels(levels)).problem).toContain('already passed');
    }
    expect(Number((await world.tradeOf(long)).stop_price)).toBe(99);
  });

  it('are refused where somebody changed a level since it was looked at, and what he set stays', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const id = await world.open({ qty: '10', price: '100' });
    const api = as(world.user.id);
    const { standing: seen } = await api.trades.get({ id });
    const late = (levels: { stop: string | null; target: string | null }) =>
      api.positions.setLevels({ id, ...levels, seen, key: randomUUID() });
    await setSeen(api, { id, stop: '98', target: null });
    await expect(late({ stop: '97', target: null })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'The levels were changed meanwhile: the stop is 98 now, the target 102.',
    });
    // the same price as before, but no longer by the rules: the target that was left to them is somebody's now
    await setSeen(api, { id, stop: null, target: '102' });
    await expect(late({ stop: '97', target: null })).rejects.toMatchObject({ code: 'CONFLICT' });
    const trade = await api.trades.get({ id });
    expect([trade.standing.ownStop, Number(trade.standing.ownTarget)]).toEqual([null, 102]);
  });

  it('two at once: one holds, the other is told', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const id = await world.open({ qty: '10', price: '100' });
    const api = as(world.user.id);
    const { standing: seen } = await api.trades.get({ id });
    const answers = await Promise.allSettled(
      ['97', '98'].map((stop) =>
        api.positions.setLevels({ id, stop, target: null, seen, key: randomUUID() }),
      ),
    );
    expect(answers.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const held = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value.stop] : []));
    expect([(await world.tradeOf(id)).stop_price].map(Number)).toEqual(held.map(Number));
  });

  it('the ladder is listed rung by rung, with what is done and what takes the rest', async () => {
    const rungs = [
      { at_pct: '1', share_pct: '50' },
      { at_pct: '3', share_pct: '20' },
    ];
    const world = await exitWorld(db, { rules: { ...RULES, target_pct: '4', rungs } });
    const id = await world.open({ qty: '10', price: '100' });
    const api = as(world.user.id);
    const listed = async () =>
      (await api.trades.get({ id })).targets.map((one) => [
        one.state,
        Number(one.price),
        one.sharePercent,
        one.isRest,
      ]);
    expect(await listed()).toEqual([
      ['NEXT', 101, '50', false],
      ['LATER', 103, '20', false],
      ['LATER', 104, '30', true],
    ]);
    await world.price('101');
    const [exit] = await world.orders(id);
    await world.fill(exit.id, '5', '101');
    await setSeen(api, { id, stop: null, target: '106' });
    expect(await listed()).toEqual([
      ['DONE', 101, '50', false],
      ['NEXT', 103, '20', false],
      ['LATER', 106, '30', true],
    ]);
    // rules that no longer have a second rung: its row is kept, and is not listed
    await db.owner.query(`select fn.exit_rules_put('STRATEGY', null, $1, $2, $3::jsonb, $2)`, [
      world.strategy.id,
      world.user.id,
      { ...RULES, target_pct: '4', rungs: rungs.slice(0, 1) },
    ]);
    expect((await listed()).map(([state, at]) => [state, at])).toEqual([
      ['DONE', 101],
      ['NEXT', 106],
    ]);
  });

  it('another person finds nothing to change, and a closed trade is refused', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const id = await world.open({ qty: '10', price: '100' });
    const stranger = as((await insertUser(db.owner)).id);
    const { standing: seen } = await as(world.user.id).trades.get({ id });
    const levels = { id, stop: '90', target: null };
    await expect(stranger.positions.setLevels({ ...levels, seen, key: randomUUID() })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(stranger.positions.previewLevels(levels)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await stranger.positions.list({})).items).toEqual([]);
    await world.price('98');
    const [exit] = await world.orders(id);
    await world.fill(exit.id, '10', '98');
    await expect(
      as(world.user.id).positions.setLevels({ ...levels, seen, key: randomUUID() }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'This trade is not open.',
    });
  });
});

describe('many open positions', () => {
  it('pages go on without a gap or a repeat, in every order', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const first = await world.open();
    await db.owner.query(
      `insert into public.trades (user_id, user_broker_id, instrument_id, origin, direction, status, currency, wanted_qty, entry_qty,
         entry_value, created_at, opened_at, updated_at)
       select user_id, user_broker_id, instrument_id, 'IMPORT', direction, 'OPEN', currency, 1, 1, 100 + g % 3, created_at, opened_at, updated_at
       from public.trades, generate_series(1, 210) g where id = $1`,
      [first],
    );
    const api = as(world.user.id);
    for (const sort of ['exit', 'best', 'worst', 'newest', 'symbol'] as const) {
      const seen: string[] = [];
      let cursor: Awaited<ReturnType<typeof api.positions.list>>['nextCursor'] = null;
      do {
        const page: Awaited<ReturnType<typeof api.positions.list>> = await api.positions.list({
          sort,
          cursor,
        });
        seen.push(...page.items.map((one) => one.id));
        cursor = page.nextCursor;
      } while (cursor);
      expect([sort, seen.length, new Set(seen).size]).toEqual([sort, 211, 211]);
    }
  });
});
