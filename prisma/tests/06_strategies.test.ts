import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigWorld, configWorld, type Person } from '#prisma/tests/config-world.ts';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertAccount } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';

const db = useDatabase();
let world: ConfigWorld;
beforeAll(() => {
  world = configWorld(db);
});

async function strategyOf(person: Person, settings: Record<string, unknown> = {}) {
  const name = `S ${randomUUID()}`;
  return { name, ...(await person.api.strategies.create({ name, sides: 'BOTH', ...settings })) };
}

describe('a strategy', () => {
  it('is created, changed in part, and every act says what changed', async () => {
    const ada = await world.person();
    const { id, name } = await strategyOf(ada, { allowedSymbols: [' btc-usd ', 'ETH-USD', 'BTC-USD'] });
    expect(await ada.api.strategies.get({ id })).toMatchObject({
      owned: true,
      name,
      status: 'ACTIVE',
      visibility: 'PRIVATE',
      maxLagSeconds: 300,
      signalTtlSeconds: 120,
      allowedSymbols: ['BTC-USD', 'ETH-USD'],
    });
    await ada.api.strategies.update({ id, maxLagSeconds: 60, allowedSymbols: null });
    await ada.api.strategies.update({ id, maxLagSeconds: 60 });
    await ada.api.strategies.setStatus({ id, status: 'PAUSED' });
    expect(await ada.api.strategies.get({ id })).toMatchObject({
      name,
      status: 'PAUSED',
      maxLagSeconds: 60,
      allowedSymbols: null,
    });
    const acts = await world.acts(ada);
    expect(acts.map((act) => act.act)).toEqual(['strategy.create', 'strategy.update', 'strategy.status']);
    expect(acts[1]?.detail).toEqual({
      max_lag_seconds: [300, 60],
      allowed_symbols: [['BTC-USD', 'ETH-USD'], null],
    });
    expect(await world.heard(ada, id)).toBe(3);
  });

  it('has a name of its own and sane settings', async () => {
    const ada = await world.person();
    const { id, name } = await strategyOf(ada);
    await expect(ada.api.strategies.create({ name })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'You already have a strategy of this name.',
    });
    await expect(ada.api.strategies.update({ id, maxLagSeconds: 0 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    const lag = { max_lag_seconds: 0 };
    await expect(
      db.asActor(ada.id, (client) => client.query('select fn.strategy_update($1, $2)', [id, lag])),
    ).rejects.toMatchObject({ code: '23514' });
  });

  it('is nobody else’s to see or change unless it is shared, and then not to change', async () => {
    const [ada, ben, lab] = [await world.person(), await world.person(), await world.person('researcher')];
    const { id } = await strategyOf(ada);
    const notFound = { code: 'NOT_FOUND' };
    await expect(ben.api.strategies.get({ id })).rejects.toMatchObject(notFound);
    await ada.api.strategies.update({ id, visibility: 'SHARED' });
    expect(await ben.api.strategies.get({ id })).toMatchObject({ owned: false, followed: false });
    expect((await ben.api.strategies.list()).shared.map((shared) => shared.id)).toContain(id);
    await expect(ben.api.strategies.update({ id, sides: 'LONG' })).rejects.toMatchObject(notFound);
    await expect(ben.api.strategies.setStatus({ id, status: 'ARCHIVED' })).rejects.toMatchObject(notFound);
    await expect(ben.api.sources.create({ strategyId: id, name: 'x' })).rejects.toMatchObject(notFound);
    await expect(lab.api.strategies.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is not archived over open trades, whose exit alerts would not get through', async () => {
    const w = await exitWorld(db);
    await w.open();
    const archive = (id: string, actor: string) =>
      db.asActor(actor, (client) => client.query(`select fn.strategy_status_set($1, 'ARCHIVED')`, [id]));
    await expect(archive(w.strategy.id, w.strategy.user_id)).rejects.toMatchObject({ code: 'LK409' });
    const ada = await world.person();
    const { id } = await strategyOf(ada);
    await archive(id, ada.id);
    expect(await ada.api.strategies.get({ id })).toMatchObject({ status: 'ARCHIVED' });
  });
});

describe('a subscription', () => {
  async function followed() {
    const [ada, ben] = [await world.person(), await world.person()];
    const strategy = await strategyOf(ada);
    const account = await insertAccount(db.owner, ben.id);
    return { ada, ben, strategyId: strategy.id, accountId: account.id };
  }

  it('lets an own account follow a shared strategy, and is changed in part', async () => {
    const { ada, ben, strategyId, accountId } = await followed();
    const follow = () => ben.api.subscriptions.create({ strategyId, accountId, sizingValue: '250.5' });
    await expect(follow()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await ada.api.strategies.update({ id: strategyId, visibility: 'SHARED' });
    const { id } = await follow();
    await expect(follow()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'This account already follows the strategy.',
    });
    await ben.api.subscriptions.update({ id, sizingMode: 'RISK_PERCENT', sizingValue: '0.5', rebuys: true });
    await ben.api.subscriptions.setStatus({ id, status: 'PAUSED' });
    expect(await ben.api.subscriptions.list({ accountId })).toMatchObject([
      {
        id,
        status: 'PAUSED',
        sizingMode: 'RISK_PERCENT',
        sizingValue: '0.5',
        rebuys: true,
        direction: 'BOTH',
        strategyOwned: false,
      },
    ]);
    expect(await ada.api.subscriptions.list({ strategyId })).toEqual([]);
    const acts = (await world.acts(ben)).map((act) => act.act);
    expect(acts).toEqual(['subscription.create', 'subscription.update', 'subscription.status']);
  });

  it('takes no account of another, no size that cannot be meant, and no archived strategy', async () => {
    const { ada, ben, strategyId, accountId } = await followed();
    await ada.api.strategies.update({ id: strategyId, visibility: 'SHARED' });
    await expect(ada.api.subscriptions.create({ strategyId, accountId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { id } = await ben.api.subscriptions.create({ strategyId, accountId });
    await expect(
      ben.api.subscriptions.update({ id, sizingMode: 'PERCENT_OF_CAPITAL', sizingValue: '101' }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'The size is a percentage here: at most 100.' });
    await expect(ada.api.subscriptions.update({ id, rebuys: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(ada.api.subscriptions.setStatus({ id, status: 'PAUSED' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const other = await insertAccount(db.owner, ben.id);
    await ada.api.strategies.setStatus({ id: strategyId, status: 'ARCHIVED' });
    await expect(ben.api.subscriptions.create({ strategyId, accountId: other.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('has exit rules of its own over the strategy’s, each number with its layer', async () => {
    const { ada, ben, strategyId, accountId } = await followed();
    await ada.api.strategies.update({ id: strategyId, visibility: 'SHARED' });
    const { id } = await ben.api.subscriptions.create({ strategyId, accountId });
    await ada.api.exitRules.set({
      layer: 'STRATEGY',
      id: strategyId,
      rules: { stop_pct: '1', target_pct: '9' },
    });
    await ben.api.exitRules.set({ layer: 'SUBSCRIPTION', id, rules: { stop_pct: '0.5' } });
    const crypto = (await ben.api.exitRules.get({ layer: 'SUBSCRIPTION', id })).find(
      (found) => found.assetClass === 'CRYPTO',
    );
    expect(crypto).toMatchObject({
      own: { stop_pct: '0.5' },
      rules: { stop_pct: '0.5', target_pct: '9', hard_stop_pct: '5' },
      layers: { stop_pct: 'SUBSCRIPTION', target_pct: 'STRATEGY', hard_stop_pct: 'ASSET_CLASS' },
    });
    expect((await ben.api.subscriptions.list({ accountId }))[0]?.ownRules).toBe(true);
    for (const act of [
      () => ada.api.exitRules.get({ layer: 'SUBSCRIPTION', id }),
      () => ada.api.exitRules.set({ layer: 'SUBSCRIPTION', id, rules: {} }),
      () => ben.api.exitRules.set({ layer: 'STRATEGY', id: strategyId, rules: {} }),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(
      ben.api.exitRules.set({ layer: 'SUBSCRIPTION', id, rules: { target_pct: '1' } }),
    ).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining('before the trail arms'),
    });
  });

  it('stands on defaults that an admin alone sees and sets', async () => {
    const [root, ada] = [await world.person('admin'), await world.person()];
    await root.api.exitRules.setDefaults({ assetClass: 'OPTION', rules: { stop_pct: '40' } });
    const options = (await root.api.exitRules.defaults()).find((found) => found.assetClass === 'OPTION');
    expect(options?.rules).toMatchObject({ stop_pct: '40', hard_stop_pct: '75' });
    await expect(ada.api.exitRules.defaults()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ada.api.exitRules.setDefaults({ assetClass: 'OPTION', rules: {} })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await rowsOf(db.owner, 'select * from fn.audit_verify()')).toEqual([]);
  });
});
