import { createHmac, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigWorld, configWorld, type Person } from '#prisma/tests/config-world.ts';
import { insertInstrument } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { useWebhook } from '#prisma/tests/webhook-server.ts';
import { TRADINGVIEW_ADDRESSES } from '#server/webhook/address.ts';

const db = useDatabase();
const hook = useWebhook(db, {
  trustedProxies: ['127.0.0.1'],
  queue: () => ({ enqueue: async () => undefined }),
});
let world: ConfigWorld;
let symbol: string;
beforeAll(async () => {
  world = configWorld(db);
  symbol = (await insertInstrument(db.owner)).symbol;
});

const MINUTE = 60_000;

async function sourceOf(person: Person) {
  const strategy = await person.api.strategies.create({ name: `S ${randomUUID()}`, sides: 'BOTH' });
  return {
    strategyId: strategy.id,
    ...(await person.api.sources.create({ strategyId: strategy.id, name: 'TV' })),
  };
}

const alert = () => ({ symbol, action: 'exit', key: randomUUID() });

describe('a webhook source', () => {
  it('takes alerts with the token of its one showing, which is stored nowhere', async () => {
    const ada = await world.person();
    const { id, token, path, strategyId } = await sourceOf(ada);
    expect(path).toBe(`/api/webhook/${token}`);
    expect((await hook.post(token, alert())).http).toBe(200);
    const sources = await ada.api.sources.list({ strategyId });
    expect(sources).toMatchObject([
      { id, name: 'TV', status: 'ACTIVE', hasSecret: false, hasSignature: false },
    ]);
    expect(JSON.stringify([sources, await world.acts(ada)])).not.toContain(token);
    const { items } = await ada.api.sources.events({ id });
    expect(items).toMatchObject([{ status: 'ACCEPTED', httpStatus: 200, symbol, action: 'EXIT' }]);
  });

  it('changes its token with a grace period, or at once', async () => {
    const ada = await world.person();
    const { id, token, strategyId } = await sourceOf(ada);
    const second = await ada.api.sources.rotateToken({ id, graceSeconds: 600 });
    expect((await hook.post(token, alert())).http).toBe(200);
    expect((await hook.post(second.token, alert())).http).toBe(200);
    expect((await ada.api.sources.list({ strategyId }))[0]?.tokens).toHaveLength(2);
    await db.advanceClock(10 * MINUTE);
    expect((await hook.post(token, alert())).http).toBe(401);
    await ada.api.profile.confirm({ password: ada.password });
    const third = await ada.api.sources.rotateToken({ id, graceSeconds: 0 });
    expect((await hook.post(second.token, alert())).http).toBe(401);
    expect((await hook.post(third.token, alert())).http).toBe(200);
    expect((await ada.api.sources.list({ strategyId }))[0]?.tokens).toHaveLength(1);
  });

  it('that is disabled answers like an unknown one', async () => {
    const ada = await world.person();
    const { id, token } = await sourceOf(ada);
    await ada.api.sources.setStatus({ id, status: 'DISABLED' });
    expect((await hook.post(token, alert())).http).toBe(401);
    await ada.api.sources.setStatus({ id, status: 'ACTIVE' });
    expect((await hook.post(token, alert())).http).toBe(200);
  });

  it('asks for the secret in the body, and for a signature, where they are set', async () => {
    const ada = await world.person();
    const { id, token, strategyId } = await sourceOf(ada);
    await ada.api.sources.setSecret({ id, secret: 'open sesame, please' });
    expect((await hook.post(token, alert())).http).toBe(401);
    expect((await hook.post(token, { ...alert(), secret: 'open sesame, please' })).http).toBe(200);
    await ada.api.sources.setSecret({ id, secret: null });
    const { key } = await ada.api.sources.setSignature({ id, signed: true });
    const body = JSON.stringify(alert());
    const signature = createHmac('sha256', key ?? '')
      .update(body)
      .digest('hex');
    expect((await hook.post(token, body)).http).toBe(401);
    expect((await hook.post(token, body, { 'x-signature': `sha256=${signature}` })).http).toBe(200);
    expect((await ada.api.sources.list({ strategyId }))[0]).toMatchObject({
      hasSecret: false,
      hasSignature: true,
    });
    expect(JSON.stringify(await world.acts(ada))).not.toMatch(new RegExp(`sesame|${key}`));
    await ada.api.sources.setSignature({ id, signed: false });
    expect((await hook.post(token, alert())).http).toBe(200);
  });

  it('lets in TradingView’s addresses on one word, and others that are named', async () => {
    const ada = await world.person();
    const { id, token, strategyId } = await sourceOf(ada);
    const from = (address: string) => hook.post(token, alert(), { 'x-forwarded-for': address });
    await ada.api.sources.update({ id, allowTradingView: true, allowedAddresses: ['10.1.0.0/16'] });
    expect((await from(TRADINGVIEW_ADDRESSES[0])).http).toBe(200);
    expect((await from('10.1.2.3')).http).toBe(200);
    expect((await from('192.0.2.9')).http).toBe(403);
    expect((await ada.api.sources.list({ strategyId }))[0]).toMatchObject({ allowsTradingView: true });
    await ada.api.sources.update({ id, name: 'Renamed' });
    expect((await from('192.0.2.9')).http).toBe(403);
    await ada.api.sources.update({ id, allowedAddresses: null });
    expect((await from('192.0.2.9')).http).toBe(200);
    await expect(ada.api.sources.update({ id, allowedAddresses: ['10.0.0.0/99'] })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  it('has a log that pages without a gap or a repeat', async () => {
    const ada = await world.person();
    const { id, token } = await sourceOf(ada);
    for (let n = 0; n < 53; n += 1) await hook.post(token, alert());
    const one = await ada.api.sources.events({ id });
    const two = await ada.api.sources.events({ id, cursor: one.nextCursor });
    expect([one.items.length, two.items.length, two.nextCursor]).toEqual([50, 3, null]);
    expect(new Set([...one.items, ...two.items].map((item) => item.id)).size).toBe(53);
    expect((await ada.api.sources.events({ id, status: 'REFUSED' })).items).toEqual([]);
  });

  it('is nobody else’s, and its secrets need the password given lately', async () => {
    const [ada, ben, old] = [
      await world.person(),
      await world.person(),
      await world.person('user', { stale: true }),
    ];
    const { id, strategyId } = await sourceOf(ada);
    const notFound = { code: 'NOT_FOUND' };
    expect(await ben.api.sources.list({ strategyId })).toEqual([]);
    expect((await ben.api.sources.events({ id })).items).toEqual([]);
    await expect(ben.api.sources.update({ id, name: 'mine' })).rejects.toMatchObject(notFound);
    await expect(ben.api.sources.setStatus({ id, status: 'DISABLED' })).rejects.toMatchObject(notFound);
    await expect(ben.api.sources.rotateToken({ id })).rejects.toMatchObject(notFound);
    await expect(ben.api.sources.setSecret({ id, secret: null })).rejects.toMatchObject(notFound);
    await expect(ben.api.sources.setSignature({ id, signed: false })).rejects.toMatchObject(notFound);
    const his = await sourceOf(old);
    for (const act of [
      () => old.api.sources.rotateToken({ id: his.id }),
      () => old.api.sources.setSecret({ id: his.id, secret: null }),
      () => old.api.sources.setSignature({ id: his.id, signed: true }),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
    }
  });
});
