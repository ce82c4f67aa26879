import { beforeAll, describe, expect, it } from 'vitest';
import { insertInstrument } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { type Reply, useWebhook } from '#prisma/tests/webhook-server.ts';
import { useSources } from '#prisma/tests/webhook-sources.ts';
import { openPool } from '#server/db.ts';

const db = useDatabase({ clock: null });
const hook = useWebhook(db, { trustedProxies: ['127.0.0.1'] });
const { source, eventsOf, signalsOf } = useSources(db);
let symbol: string;
beforeAll(async () => {
  symbol = (await insertInstrument(db.owner)).symbol;
});

const jobsOf = (id: unknown) =>
  rowsOf(db.owner, `select name from pgboss.job where data ->> 'id' = $1`, [id]);

describe('an alert over HTTP', () => {
  it('is answered once its signal and its job are stored', async () => {
    const s = await source();
    const reply = await hook.post(s.token, { symbol, action: 'buy', comment: 'hello' });
    expect(reply).toMatchObject({ http: 200, body: { ok: true, status: 'accepted', ignored: ['comment'] } });
    const signals = await signalsOf(s.id);
    expect(signals.map((signal) => signal.id)).toEqual([reply.body.signal_id]);
    expect(await jobsOf(reply.body.signal_id)).toEqual([{ name: 'signal.fanout' }]);
    const again = await hook.post(s.token, { symbol, action: 'buy', comment: 'hello' });
    expect(again).toMatchObject({
      http: 200,
      body: { status: 'duplicate', signal_id: reply.body.signal_id },
    });
    expect(again.headers['x-request-id']).toBe(again.body.request_id);
  });

  it('may be text that is JSON, with a byte order mark and any casing', async () => {
    const s = await source();
    const body = `\uFEFF${JSON.stringify({ ticker: `binance:${symbol.toLowerCase()}`, action: 'BUY' })}`;
    expect((await hook.post(s.token, body, { 'content-type': 'text/plain; charset=utf-8' })).http).toBe(200);
    expect(
      (await hook.post(s.token, body, { 'content-type': 'application/x-www-form-urlencoded' })).body.status,
    ).toBe('duplicate');
  });

  it('that was refused leaves its reason, and its body without the secrets', async () => {
    const s = await source();
    const reply = await hook.post(s.token, { symbol, action: 'buy', price: 'x', secret: 'tell-nobody' });
    expect(reply).toMatchObject({
      http: 400,
      body: { ok: false, status: 'refused', code: 'BAD_FIELD', field: 'price' },
    });
    const [event] = await rowsOf(db.owner, 'select * from public.webhook_events where source_id = $1', [
      s.id,
    ]);
    expect(event).toMatchObject({
      status: 'REFUSED',
      http_status: 400,
      reason: 'BAD_FIELD',
      symbol,
      action: 'buy',
      address: '127.0.0.1',
    });
    expect(event?.body).toContain('[redacted]');
    expect(event?.body).not.toContain('tell-nobody');
  });
});

describe('a request is refused', () => {
  it.each([
    ['that is not JSON', 'buy it', 400, 'INVALID_JSON'],
    ['that is a list', '[]', 400, 'NOT_AN_OBJECT'],
    ['without a symbol', '{"action":"buy"}', 400, 'MISSING_FIELD'],
    ['of a time that is none', '{"symbol":"X","action":"buy","timestamp":"soon"}', 400, 'BAD_TIME'],
    ['of an unknown symbol', '{"symbol":"NOPE","action":"buy"}', 400, 'UNKNOWN_SYMBOL'],
    ['with a NUL in its symbol', '{"symbol":"A\\u0000B","action":"buy"}', 400, 'BAD_FIELD'],
    ['with half a surrogate pair', '{"symbol":"X","action":"buy","key":"\\ud800"}', 400, 'BAD_FIELD'],
    ['with odd field names', '{"\\ud800\\u0000":1,"symbol":"NOPE","action":"buy"}', 400, 'UNKNOWN_SYMBOL'],
    ['nested past all reason', `{"symbol":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 400, 'INVALID_JSON'],
  ])('%s', async (_name, body, http, code) => {
    const s = await source();
    const reply = await hook.post(s.token, body);
    expect(reply).toMatchObject({ http, body: { code, status: 'refused' } });
    expect(String(reply.body.message).length).toBeGreaterThan(10);
    expect(await eventsOf(s.id)).toEqual([{ status: 'REFUSED', http_status: http, reason: code }]);
    expect(reply.text).not.toMatch(/at .*\.ts|node_modules/);
  });

  it('that is not UTF-8', async () => {
    const s = await source();
    const reply = await hook.send('POST', `/api/webhook/${s.token}`, Buffer.from([0x7b, 0xff, 0x7d]));
    expect(reply).toMatchObject({ http: 400, body: { code: 'BAD_ENCODING' } });
  });

  it('of another method, content type or encoding', async () => {
    const s = await source();
    const get = await hook.send('GET', `/api/webhook/${s.token}`);
    expect(get).toMatchObject({
      http: 405,
      headers: { allow: 'POST' },
      body: { code: 'METHOD_NOT_ALLOWED' },
    });
    expect((await hook.post(s.token, '{}', { 'content-type': 'image/png' })).http).toBe(415);
    expect((await hook.post(s.token, '{}', { 'content-encoding': 'gzip' })).http).toBe(415);
  });

  it('of more than 64 KiB, even with an unknown token, and one of exactly that is read', async () => {
    const s = await source();
    const head = `{"symbol":"${symbol}","action":"buy","x":"`;
    const exact = `${head.padEnd(65_534, 'a')}"}`;
    expect(Buffer.byteLength(exact)).toBe(65_536);
    expect((await hook.post(s.token, exact)).http).toBe(200);
    expect(await hook.post(s.token, `${exact} `)).toMatchObject({ http: 413, body: { code: 'TOO_LARGE' } });
    expect((await hook.post('x'.repeat(43), 'a'.repeat(3_000_000))).http).toBe(413);
  });

  it('of an unknown and of a disabled token, alike, and counted per address and minute', async () => {
    const s = await source();
    await db.owner.query('update public.webhook_tokens set disabled_at = now() where source_id = $1', [s.id]);
    const from = { 'x-forwarded-for': '2001:db8:1:2:3:4:5:6' };
    const disabled = await hook.post(s.token, { symbol, action: 'buy' }, from);
    const unknown = await hook.post(
      'y'.repeat(43),
      { symbol, action: 'buy' },
      { 'x-forwarded-for': '2001:db8:1:2::9' },
    );
    const strange = await hook.post('a/../b', '{}', from);
    for (const reply of [disabled, unknown, strange]) {
      expect({ ...reply.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
      expect(reply.http).toBe(401);
    }
    const counted = await rowsOf(
      db.owner,
      `select reason, sum(count)::int as count from public.webhook_failures where address = '2001:db8:1:2::' group by reason`,
    );
    expect(counted).toEqual([{ reason: 'UNKNOWN_TOKEN', count: 3 }]);
  });
});

describe('many at once', () => {
  const all = async (count: number, send: (n: number) => Promise<Reply>) =>
    Promise.all(Array.from({ length: count }, (_, n) => send(n)));

  it('500 identical alerts over 50 connections are one signal with one job', async () => {
    const s = await source();
    const replies = await all(500, () => hook.post(s.token, { symbol, action: 'buy', price: 7 }));
    expect(replies.every((reply) => reply.http === 200)).toBe(true);
    expect(replies.filter((reply) => reply.body.status === 'accepted')).toHaveLength(1);
    expect(new Set(replies.map((reply) => reply.body.signal_id)).size).toBe(1);
    const signals = await signalsOf(s.id);
    expect(signals).toHaveLength(1);
    expect(await jobsOf(signals[0]?.id)).toHaveLength(1);
    expect(await eventsOf(s.id)).toHaveLength(500);
  });

  it('500 different alerts over 50 connections are all stored', async () => {
    const s = await source();
    const replies = await all(500, (n) => hook.post(s.token, { symbol, action: 'buy', key: `n${n}` }));
    expect(replies.map((reply) => reply.body.status)).toEqual(Array(500).fill('accepted'));
    const stored = await signalsOf(s.id);
    expect(new Set(stored.map((signal) => signal.id))).toEqual(
      new Set(replies.map((reply) => reply.body.signal_id)),
    );
  });

  it('past the limit of entries some are asked to come again, none is lost, and the ceiling stops even exits', async () => {
    const s = await source({ entries_per_minute: 1, entries_burst: 5 });
    const entries = await all(8, (n) => hook.post(s.token, { symbol, action: 'buy', key: `e${n}` }));
    const refusals = entries.filter((reply) => reply.http === 503);
    expect(refusals).toHaveLength(3);
    expect(Number(refusals[0]?.headers['retry-after'])).toBeGreaterThan(1);
    expect(await signalsOf(s.id)).toHaveLength(5);
    const exits = await all(12, (n) => hook.post(s.token, { symbol, action: 'exit', key: `x${n}` }));
    expect(exits.filter((reply) => reply.http === 503).length).toBeGreaterThan(0);
  });
});

describe('a database that cannot take it', () => {
  const broken = useWebhook(db, {
    pool: () =>
      openPool({
        url: 'postgresql://lockstep_web@127.0.0.1:1/none',
        max: 2,
        name: 'broken',
        onError: () => undefined,
      }),
  });

  it('is 503 with Retry-After, without a word of why', async () => {
    const reply = await broken.post('q'.repeat(43), { symbol, action: 'buy' });
    expect(reply).toMatchObject({ http: 503, body: { code: 'UNAVAILABLE' } });
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    expect(reply.text).not.toContain('ECONNREFUSED');
  });
});

describe('what is told to nobody', () => {
  it('tokens and secrets stay out of the log', async () => {
    const s = await source();
    await hook.post(s.token, { symbol, action: 'buy', secret: 'hush-hush' });
    await hook.post(s.token, { symbol, action: 'nonsense', secret: 'hush-hush' });
    expect(hook.logged()).toContain('"webhook"');
    expect(hook.logged()).not.toContain(s.token);
    expect(hook.logged()).not.toContain('hush-hush');
  });

  it('the schema of the payload is told to everybody', async () => {
    const reply = await hook.send('GET', '/api/webhook/schema.json');
    expect(reply.http).toBe(200);
    expect(reply.body).toMatchObject({
      title: 'Lockstep webhook payload',
      type: 'object',
      required: ['action'],
    });
    expect(Object.keys(reply.body.properties as object)).toEqual(
      expect.arrayContaining([
        'symbol',
        'ticker',
        'action',
        'direction',
        'timeframe',
        'timestamp',
        'price',
        'stop',
        'target',
        'quantity',
        'quantity_type',
        'limit_price',
        'key',
        'source',
        'indicator',
        'strategy',
        'max_lag',
        'test',
      ]),
    );
  });
});
