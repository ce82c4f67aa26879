import { createHash, createHmac, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { insertInstrument } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { useWebhook } from '#prisma/tests/webhook-server.ts';
import { useSources } from '#prisma/tests/webhook-sources.ts';
import { TRADINGVIEW_ADDRESSES } from '#server/webhook/address.ts';

const db = useDatabase({ clock: null });
const hook = useWebhook(db, { trustedProxies: ['127.0.0.1'] });
const { source, eventsOf, signalsOf } = useSources(db);
let symbol: string;
beforeAll(async () => {
  symbol = (await insertInstrument(db.owner)).symbol;
});

describe('a source may ask for more than its token', () => {
  const body = (extra: object = {}) => ({
    symbol,
    action: 'exit',
    key: randomBytes(4).toString('hex'),
    ...extra,
  });

  it('an address on its list, behind a trusted proxy', async () => {
    const s = await source({ allowed_addresses: [...TRADINGVIEW_ADDRESSES, '10.1.0.0/16'] });
    const from = (address: string) => hook.post(s.token, body(), { 'x-forwarded-for': address });
    expect((await from('52.89.214.238')).http).toBe(200);
    expect((await from('10.1.2.3')).http).toBe(200);
    expect((await from('52.89.214.238, 10.1.2.3')).http).toBe(200);
    expect(await from('52.89.214.238, 203.0.113.5')).toMatchObject({
      http: 403,
      body: { code: 'ADDRESS_NOT_ALLOWED' },
    });
    expect((await hook.post(s.token, body())).http).toBe(403);
    expect((await eventsOf(s.id)).map((event) => event.http_status)).toEqual([200, 200, 200, 403, 403]);
  });

  it('a secret in the body', async () => {
    const s = await source({ body_secret_hash: createHash('sha256').update('open sesame').digest() });
    expect((await hook.post(s.token, body({ secret: 'open sesame' }))).http).toBe(200);
    for (const wrong of [body(), body({ secret: 'sesame' }), body({ secret: ['open sesame'] })]) {
      expect(await hook.post(s.token, wrong)).toMatchObject({
        http: 401,
        body: { code: 'BAD_SECRET', field: 'secret' },
      });
    }
    expect(await hook.post(s.token, 'not json')).toMatchObject({ http: 401 });
  });

  it('a signature over the raw body', async () => {
    const key = randomBytes(32);
    const s = await source({ hmac_key: key });
    const text = ` ${JSON.stringify(body())} `;
    const hex = createHmac('sha256', key).update(text).digest('hex');
    expect((await hook.post(s.token, text, { 'x-signature': hex })).http).toBe(200);
    expect(
      (await hook.post(s.token, text, { 'x-signature': `sha256=${hex.toUpperCase()}` })).body.status,
    ).toBe('duplicate');
    expect(await hook.post(s.token, `${text} `, { 'x-signature': hex })).toMatchObject({
      http: 401,
      body: { code: 'BAD_SIGNATURE' },
    });
    expect((await hook.post(s.token, text)).http).toBe(401);
  });

  it('a client certificate, told by the trusted proxy', async () => {
    const s = await source({ client_subject: 'CN=TradingView Webhooks, O="TradingView\\, Inc."' });
    const with_ = (subject: string) => hook.post(s.token, body(), { 'x-client-cert-subject': subject });
    expect(
      (await with_('CN=TradingView Webhooks,O=TradingView\\, Inc.,L=Westerville,ST=Ohio,C=US')).http,
    ).toBe(200);
    expect(await with_('CN=Somebody,O=TradingView\\, Inc.')).toMatchObject({
      http: 403,
      body: { code: 'CERTIFICATE_NOT_ALLOWED' },
    });
    expect((await hook.post(s.token, body())).http).toBe(403);
  });
});

describe('a stranger who keeps trying', () => {
  it('fills one row, and never throttles an honest token of the same address', async () => {
    const s = await source();
    const from = { 'x-forwarded-for': '198.51.100.7' };
    const tries = await Promise.all(
      Array.from({ length: 80 }, (_, n) => hook.post(`z${n}`.padEnd(43, 'z'), '{}', from)),
    );
    expect(tries.every((reply) => reply.http === 401)).toBe(true);
    expect((await hook.post(s.token, { symbol, action: 'buy' }, from)).http).toBe(200);
    const [row] = await rowsOf(
      db.owner,
      `select count(*)::int as rows, sum(count)::int as count from public.webhook_failures where address = '198.51.100.7'`,
    );
    expect(row?.rows).toBeLessThanOrEqual(2);
    expect(row?.count).toBeLessThan(80);
  });
});

describe('the counters of failures', () => {
  it('are forgotten after a day', async () => {
    const old = `insert into public.webhook_failures (address, reason, minute, count) values ('192.0.2.1', 'OLD', now() - interval '25 hours', 3)`;
    await db.owner.query(old);
    await hook.post('w'.repeat(43), '{}', { 'x-forwarded-for': '192.0.2.2' });
    expect(await rowsOf(db.owner, `select 1 from public.webhook_failures where reason = 'OLD'`)).toEqual([]);
  });
});

describe('what changes of a source', () => {
  const alert = (n: number) => ({ symbol, action: 'buy', key: `change-${n}` });

  it('counts for the next alert, though the sender was known before', async () => {
    const s = await source();
    expect((await hook.post(s.token, alert(1))).http).toBe(200);
    const secret = createHash('sha256').update('open sesame').digest();
    await db.owner.query('update public.webhook_sources set body_secret_hash = $2 where id = $1', [
      s.id,
      secret,
    ]);
    expect(await hook.post(s.token, alert(2))).toMatchObject({ http: 401, body: { code: 'BAD_SECRET' } });
    expect((await hook.post(s.token, { ...alert(3), secret: 'open sesame' })).http).toBe(200);
    await db.owner.query('update public.webhook_sources set body_secret_hash = null where id = $1', [s.id]);
    // refused by what was remembered, it is looked at again before it is answered
    expect((await hook.post(s.token, alert(4))).http).toBe(200);
    expect((await eventsOf(s.id)).map((event) => event.status)).toEqual([
      'ACCEPTED',
      'REFUSED',
      'ACCEPTED',
      'ACCEPTED',
    ]);
  });

  it('shuts out a known sender at once when its token or its source is disabled', async () => {
    for (const act of [
      'update public.webhook_tokens set disabled_at = now() where source_id = $1',
      "update public.webhook_sources set status = 'DISABLED' where id = $1",
    ]) {
      const s = await source();
      expect((await hook.post(s.token, alert(5))).http).toBe(200);
      await db.owner.query(act, [s.id]);
      expect(await hook.post(s.token, alert(6))).toMatchObject({
        http: 401,
        body: { code: 'UNKNOWN_TOKEN' },
      });
      expect(await signalsOf(s.id)).toHaveLength(1);
    }
  });
});
