import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigWorld, configWorld } from '#prisma/tests/config-world.ts';
import { insertAccount } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { LIMITS } from '#server/pipeline/3-intent/limits.ts';

const db = useDatabase();
let world: ConfigWorld;
beforeAll(() => {
  world = configWorld(db);
});

const DAILY = { code: 'DAILY_LOSS_LIMIT', scope: 'ACCOUNT', currency: 'USD' } as const;

async function trading() {
  const ada = await world.person();
  const { id } = await insertAccount(db.owner, ada.id);
  const loss = async () =>
    (await ada.api.limits.list({ accountId: id })).limits
      .filter((limit) => limit.code === DAILY.code)
      .map(({ layer, value, who, holds }) => ({ layer, value, who, holds }));
  return { ada, accountId: id, loss };
}

describe('limits', () => {
  it('are those of the decision, with the same units and scopes', async () => {
    const rows = await rowsOf<{ code: string; unit: string; scopes: string[] }>(
      db.owner,
      'select * from fn.limit_register() order by code',
    );
    const expected = Object.entries(LIMITS).map(([code, { unit, scopes }]) => ({
      code,
      unit,
      scopes: [...scopes],
    }));
    expect(rows).toEqual(expected.sort((a, b) => (a.code < b.code ? -1 : 1)));
  });

  it('of one’s own hold where they are stricter, and say so where they are not', async () => {
    const { ada, accountId, loss } = await trading();
    expect(await loss()).toEqual([{ layer: 'GLOBAL', value: '1000', who: 'admin', holds: true }]);
    const set = (value: string | null) =>
      ada.api.limits.set({ layer: 'ACCOUNT', placeId: accountId, ...DAILY, value });
    expect(await set('2000')).toEqual({ changed: true, holds: false });
    expect(await loss()).toEqual([
      { layer: 'ACCOUNT', value: '2000', who: 'account', holds: false },
      { layer: 'GLOBAL', value: '1000', who: 'admin', holds: true },
    ]);
    expect(await set('250.5')).toEqual({ changed: true, holds: true });
    expect(await set('250.5')).toEqual({ changed: false, holds: true });
    expect((await loss()).map((limit) => limit.holds)).toEqual([true, false]);
    const [bound] = await rowsOf(
      db.worker,
      `select value::text, layer from fn.account_limit($1, 'DAILY_LOSS_LIMIT')`,
      [accountId],
    );
    expect(bound).toEqual({ value: '250.500000000000', layer: 'ACCOUNT' });
    expect(await set(null)).toEqual({ changed: true, holds: null });
    expect(await loss()).toHaveLength(1);
    expect((await world.acts(ada)).map(({ act, detail }) => [act, detail.value])).toEqual([
      ['limit.set', [null, 2000]],
      ['limit.set', [2000, 250.5]],
      ['limit.clear', [250.5, null]],
    ]);
  });

  it('may lie on the person and on a subscription as well', async () => {
    const { ada, accountId } = await trading();
    const { id: strategyId } = await ada.api.strategies.create({ name: 'Mine' });
    const { id } = await ada.api.subscriptions.create({ strategyId, accountId });
    const cap = { code: 'MAX_REBUYS', scope: 'SYMBOL' } as const;
    expect(await ada.api.limits.set({ layer: 'USER', placeId: ada.id, ...cap, value: '1' })).toMatchObject({
      holds: true,
    });
    expect(
      await ada.api.limits.set({ layer: 'SUBSCRIPTION', placeId: id, ...cap, value: '0' }),
    ).toMatchObject({ holds: true });
    const seen = async (subscriptionId: string | null) =>
      (await ada.api.limits.list({ accountId, subscriptionId })).limits
        .filter((limit) => limit.code === cap.code && limit.holds)
        .map((limit) => [limit.layer, limit.value]);
    expect(await seen(null)).toEqual([['USER', '1']]);
    expect(await seen(id)).toEqual([['SUBSCRIPTION', '0']]);
  });

  it('that could not be applied are refused in words', async () => {
    const { ada, accountId } = await trading();
    const set = (limit: Record<string, unknown>) =>
      ada.api.limits.set({ layer: 'ACCOUNT', placeId: accountId, ...DAILY, value: '1', ...limit } as never);
    const cases: [Record<string, unknown>, string | RegExp][] = [
      [{ scope: 'SYMBOL' }, 'This limit is summed over account.'],
      [{ currency: null }, 'A limit in money needs its currency.'],
      [{ code: 'MAX_OPEN_POSITIONS' }, 'Only a limit in money has a currency.'],
      [{ code: 'MAX_OPEN_POSITIONS', currency: null, value: '1.5' }, 'This limit is a whole number.'],
      [{ code: 'MAX_LOG_LOSS', scope: 'POSITION', currency: null, value: '0' }, /refuse every entry/],
      [{ assetClass: 'EQUITY' }, /every asset class/],
      [{ code: 'NO_SUCH' }, 'Code: an unknown limit.'],
    ];
    for (const [limit, message] of cases) {
      await expect(set(limit), JSON.stringify(limit)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      });
    }
  });

  it('of another person’s places are not there', async () => {
    const [{ accountId }, { ada: ben }] = [await trading(), await trading()];
    const set = (layer: 'USER' | 'ACCOUNT' | 'SUBSCRIPTION', placeId: string) =>
      ben.api.limits.set({ layer, placeId, ...DAILY, value: '1' });
    await expect(set('ACCOUNT', accountId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(set('SUBSCRIPTION', randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(set('USER', randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ben.api.limits.list({ accountId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('by an admin hold for everybody or for one, who cannot change them', async () => {
    const root = await world.person('admin');
    const { ada, accountId, loss } = await trading();
    const limit = { ...DAILY, value: '300' };
    await root.api.limits.setAdmin({ place: { layer: 'USER', placeId: ada.id }, limit });
    expect(await loss()).toEqual([
      { layer: 'GLOBAL', value: '1000', who: 'admin', holds: false },
      { layer: 'USER', value: '300', who: 'admin', holds: true },
    ]);
    for (const value of ['500', '100', null]) {
      await expect(
        ada.api.limits.set({ layer: 'USER', placeId: ada.id, ...DAILY, value }),
      ).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('An admin set this limit'),
      });
    }
    await ada.api.limits.set({ layer: 'ACCOUNT', placeId: accountId, ...DAILY, value: '100' });
    expect((await loss()).filter((found) => found.holds)).toMatchObject([{ layer: 'ACCOUNT', value: '100' }]);
    await root.api.limits.setAdmin({ place: { layer: 'GLOBAL' }, limit: { ...DAILY, value: '50' } });
    expect((await loss()).filter((found) => found.holds)).toMatchObject([{ layer: 'GLOBAL', value: '50' }]);
    const listed = await root.api.limits.listAdmin({ userId: ada.id });
    expect(listed.limits.map((found) => [found.layer, found.value])).toEqual([
      ['ACCOUNT', '100'],
      ['USER', '300'],
    ]);
    await expect(ada.api.limits.setAdmin({ place: { layer: 'GLOBAL' }, limit })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(ada.api.limits.listAdmin({ userId: null })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
