import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyReference } from '#prisma/reference.ts';
import { type ConfigWorld, configWorld } from '#prisma/tests/config-world.ts';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertAccount } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import type { callerOf } from '#server/api/root.ts';

const db = useDatabase();
let world: ConfigWorld;
beforeAll(() => {
  world = configWorld(db);
});

const account = (targetId: string) => ({ scope: 'ACCOUNT', targetId }) as const;
const halt = { state: 'HALT', reason: 'a holiday' } as const;
const off = { state: 'OFF' } as const;

describe('a switch', () => {
  it('tells in numbers what it would do', async () => {
    const w = await exitWorld(db);
    await w.open({ qty: '10', price: '100' });
    const root = await world.person('admin');
    const owner = async (client: { query: (text: string) => Promise<{ rows: { r: unknown }[] }> }) =>
      (await client.query(`select fn.switch_preview('USER', null) as r`)).rows[0]?.r;
    expect(await db.asActor(w.user.id, owner)).toMatchObject({ state: 'OFF', accounts: 1, open_trades: 1 });
    const seen = await root.api.switches.previewAdmin({ scope: 'USER', targetId: w.user.id });
    expect(seen).toMatchObject({
      state: 'OFF',
      accounts: 1,
      openTrades: 1,
      workingEntries: 0,
      waitingSignals: 0,
    });
    expect(Number(seen.exposure.USD)).toBe(1000);
    expect((await root.api.switches.previewAdmin({ scope: 'PLATFORM' })).openTrades).toBeGreaterThan(0);
    const stranger = await world.person();
    expect(await stranger.api.switches.preview({ scope: 'USER' })).toMatchObject({
      accounts: 0,
      openTrades: 0,
    });
    await expect(stranger.api.switches.previewAdmin({ scope: 'PLATFORM' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('is thrown once per key, and lifted', async () => {
    const ada = await world.person();
    const { id } = await insertAccount(db.owner, ada.id);
    const key = randomUUID();
    const throwIt = () => ada.api.switches.set({ key, at: account(id), wanted: halt });
    const first = await throwIt();
    await db.advanceClock(1_000);
    expect(await throwIt()).toEqual(first);
    await expect(ada.api.switches.set({ key, at: account(id), wanted: off })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const states = async () =>
      (await ada.api.switches.list()).map(({ scope, state, mine }) => [scope, state, mine]);
    expect(await states()).toEqual([
      ['PLATFORM', 'OFF', false],
      ['USER', 'OFF', false],
      ['ACCOUNT', 'HALT', true],
    ]);
    await ada.api.switches.set({ key: randomUUID(), at: account(id), wanted: off });
    expect((await states())[2]).toEqual(['ACCOUNT', 'OFF', true]);
    expect((await world.acts(ada)).map((act) => act.act)).toEqual(['switch.set', 'switch.set']);
  });

  it('of an admin is not the owner’s to lift, nor a stranger’s to see', async () => {
    const [root, ada, ben] = [await world.person('admin'), await world.person(), await world.person()];
    const { id } = await insertAccount(db.owner, ada.id);
    await root.api.switches.setAdmin({ key: randomUUID(), at: account(id), wanted: halt });
    await expect(
      ada.api.switches.set({ key: randomUUID(), at: account(id), wanted: off }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      ben.api.switches.set({ key: randomUUID(), at: account(id), wanted: off }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ben.api.switches.preview(account(id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await ben.api.switches.list()).map((found) => found.state)).toEqual(['OFF', 'OFF']);
    expect(await root.api.switches.listAdmin()).toContainEqual(
      expect.objectContaining({ accountId: id, state: 'HALT', reason: 'a holiday', by: expect.any(String) }),
    );
    await expect(ada.api.switches.listAdmin()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await root.api.switches.setAdmin({ key: randomUUID(), at: account(id), wanted: off });
  });

  it('for the platform is an admin’s, with the password given lately', async () => {
    const [ada, old] = [await world.person(), await world.person('admin', { stale: true })];
    const at = { scope: 'PLATFORM' } as const;
    await expect(ada.api.switches.setAdmin({ key: randomUUID(), at, wanted: halt })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(old.api.switches.setAdmin({ key: randomUUID(), at, wanted: halt })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
    await old.api.profile.confirm({ password: old.password });
    await old.api.switches.setAdmin({ key: randomUUID(), at, wanted: halt });
    const told = await rowsOf(
      db.owner,
      `select 1 from public.event_log where user_id = $1 and topic = 'switch' and data ->> 'scope' = 'PLATFORM'`,
      [ada.id],
    );
    expect(told, 'everybody’s pages hear of it').toHaveLength(1);
    expect((await ada.api.switches.list())[0]).toMatchObject({
      scope: 'PLATFORM',
      state: 'HALT',
      mine: false,
    });
    await old.api.switches.setAdmin({ key: randomUUID(), at, wanted: off });
  });

  it('sends its jobs through the real queue, in an admin’s transaction too', async () => {
    const root = await world.person('admin');
    const { openBoss, bossQueue } = await import('#server/boss.ts');
    const boss = await openBoss({
      url: db.url('lockstep_web'),
      use: 'sender',
      max: 2,
      onError: () => undefined,
    });
    try {
      const queue = bossQueue(boss);
      await db.asActor(
        root.id,
        (client) => queue.enqueue(client, [{ name: 'order.cancel', id: root.id }]),
        'admin',
      );
      expect(
        await rowsOf(db.owner, `select name from pgboss.job where data ->> 'id' = $1`, [root.id]),
      ).toEqual([{ name: 'order.cancel' }]);
    } finally {
      await boss.stop({ graceful: false });
    }
  });
});

describe('a feature flag', () => {
  const flag = async (api: ReturnType<typeof callerOf>, name: string) =>
    (await api.flags.list()).find((found) => found.name === name);

  it('stops all entries while it is on, and an admin alone sees and sets it', async () => {
    const [root, ada] = [await world.person('admin'), await world.person()];
    const { id } = await insertAccount(db.owner, ada.id);
    const codes = () => rowsOf(db.worker, 'select code from fn.account_operational($1)', [id]);
    await root.api.flags.set({ name: 'entries_disabled', enabled: true });
    expect(await codes()).toEqual([{ code: 'FEATURE_DISABLED' }]);
    await root.api.flags.set({ name: 'entries_disabled', enabled: false });
    expect(await codes()).toEqual([]);
    expect((await world.acts(root)).map(({ detail }) => detail)).toEqual([
      { name: 'entries_disabled', enabled: [false, true] },
      { name: 'entries_disabled', enabled: [true, false] },
    ]);
    await expect(ada.api.flags.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ada.api.flags.set({ name: 'entries_disabled', enabled: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(root.api.flags.set({ name: 'no_such_flag', enabled: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('with an unmet dependency cannot be switched on, nor what it needs off', async () => {
    const root = await world.person('admin');
    await db.owner.query(
      `insert into public.feature_flags (name, detail) values ('test_upper', '{"needs": ["test_lower"]}'), ('test_lower', '{}')`,
    );
    const set = (name: string, enabled: boolean) => root.api.flags.set({ name, enabled });
    await expect(set('test_upper', true)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'It needs test_lower, which is off.',
    });
    expect(await flag(root.api, 'test_upper')).toMatchObject({
      needs: ['test_lower'],
      unmet: ['test_lower'],
    });
    await set('test_lower', true);
    await set('test_upper', true);
    await expect(set('test_lower', false)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'test_upper needs it: switch that off first.',
    });
    await set('test_upper', false);
    await set('test_lower', false);
  });

  it('that the environment holds is nobody’s to change, and the admin’s again when it does not', async () => {
    const root = await world.person('admin');
    await applyReference(db.url('owner'), { entries_disabled: true });
    expect(await flag(root.api, 'entries_disabled')).toMatchObject({
      enabled: true,
      wanted: false,
      forced: true,
      origin: 'environment',
    });
    await expect(root.api.flags.set({ name: 'entries_disabled', enabled: false })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await applyReference(db.url('owner'));
    expect(await flag(root.api, 'entries_disabled')).toMatchObject({ enabled: false, origin: 'admin' });
    await expect(applyReference(db.url('owner'), { no_such_flag: true })).rejects.toThrow('no_such_flag');
  });
});
