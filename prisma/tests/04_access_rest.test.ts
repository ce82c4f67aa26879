import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configWorld } from '#prisma/tests/config-world.ts';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertRow, insertUser, insertWebhookSource } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { useRest } from '#prisma/tests/rest-server.ts';
import { API_SCOPES, type ApiScope, newApiToken } from '#server/api-token.ts';
import { OPERATIONS } from '#server/rest/operations.ts';
import { FAILURES_PER_MINUTE, REQUESTS_PER_MINUTE } from '#server/rest/rates.ts';

const db = useDatabase();
const rest = useRest(db);

let owner: string;
let strategy: string;
let symbol: string;
let accountId: string;
let tradeId: string;

async function tokenOf(userId: string, scopes: readonly ApiScope[] = API_SCOPES, row = {}): Promise<string> {
  const { token, hash } = newApiToken();
  await insertRow(db.owner, 'api_tokens', { user_id: userId, name: 'T', token_hash: hash, scopes, ...row });
  return token;
}

const signal = (more: Record<string, unknown> = {}) => ({
  strategy_id: strategy,
  symbol,
  action: 'buy',
  direction: 'long',
  key: randomUUID(),
  ...more,
});

beforeAll(async () => {
  const world = await exitWorld(db);
  tradeId = await world.open({ stop: '95' });
  owner = world.user.id;
  strategy = world.strategy.id;
  symbol = world.instrument.symbol;
  accountId = world.account.id;
  await insertWebhookSource(db.owner, world.strategy);
});

// the counters of one test are not those of the next
beforeEach(() => {
  Object.assign(globalThis, { lockstepRestRates: undefined });
});

describe('who may ask', () => {
  const bodies: Record<string, () => unknown> = {
    postSignal: () => signal(),
    throwKillSwitch: () => ({ scope: 'USER', state: 'HALT', reason: 'test' }),
  };
  const asked = (one: (typeof OPERATIONS)[number], token?: string) =>
    rest.ask(one.method, one.path, {
      ...(token ? { token } : {}),
      ...(one.method === 'POST' ? { body: bodies[one.id]?.() } : {}),
    });

  it.each(OPERATIONS)('$method $path needs a token: 401', async (one) => {
    const answer = await asked(one);
    expect(answer).toMatchObject({ http: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(OPERATIONS)('$method $path needs the scope $scope: 403 with every other scope', async (one) => {
    const others = API_SCOPES.filter((scope) => scope !== one.scope);
    const answer = await asked(one, await tokenOf(owner, others));
    expect(answer).toMatchObject({ http: 403, body: { code: 'SCOPE_MISSING' } });
    expect(answer.body.message).toContain(one.scope);
  });

  it('a revoked or run-out token, and one of a disabled user, are nobody', async () => {
    const past = new Date(Date.parse(db.now()) - 1000);
    const created = new Date(Date.parse(db.now()) - 5000);
    const gone = await insertUser(db.owner, { status: 'DISABLED', disabled_at: db.now() });
    const tokens = [
      await tokenOf(owner, API_SCOPES, { revoked_at: past, created_at: created }),
      await tokenOf(owner, API_SCOPES, { expires_at: past, created_at: created }),
      await tokenOf(gone.id),
      `lst_${'A'.repeat(43)}`,
      'lst_short',
    ];
    for (const token of tokens) expect((await rest.ask('GET', '/trades', { token })).http).toBe(401);
  });

  it('a researcher has nothing to ask for: 403', async () => {
    const researcher = await insertUser(db.owner, { role: 'researcher' });
    const token = await tokenOf(researcher.id);
    for (const one of OPERATIONS) expect((await asked(one, token)).http, one.path).toBe(403);
  });

  it('a session cookie opens nothing here, and a token opens no page', async () => {
    const headers = { cookie: 'lockstep.session=whatever' };
    expect((await rest.ask('GET', '/trades', { headers })).http).toBe(401);
    await expect(configWorld(db).nobody.trades.list({ state: 'live' })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });

  it('an admin’s token reaches his own rows alone', async () => {
    const admin = await insertUser(db.owner, { role: 'admin' });
    const token = await tokenOf(admin.id);
    for (const path of ['/positions', '/orders', '/trades', '/pnl?environment=PAPER&currency=USD']) {
      const { http, body } = await rest.ask('GET', path, { token });
      expect(http, path).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`${tradeId}|${accountId}|${owner}`));
    }
  });

  it('the account and the symbol of somebody else find nothing, and nobody’s refusal tells of them', async () => {
    const stranger = await insertUser(db.owner);
    const token = await tokenOf(stranger.id);
    const his = new RegExp(`${tradeId}|${accountId}|${owner}`);
    for (const path of ['/positions', '/orders', '/trades', '/trades?state=live']) {
      const filter = `${path}${path.includes('?') ? '&' : '?'}account=${accountId}&symbol=${symbol}`;
      expect(await rest.ask('GET', filter, { token }), path).toMatchObject({
        http: 200,
        body: { items: [] },
      });
    }
    const pnl = await rest.ask('GET', `/pnl?environment=PAPER&currency=USD&account=${accountId}`, { token });
    expect(pnl).toMatchObject({ http: 200, body: { pnl: '0', trades: 0, days: [] } });
    for (const one of OPERATIONS) {
      const others = API_SCOPES.filter((scope) => scope !== one.scope);
      for (const given of [undefined, await tokenOf(stranger.id, others), await tokenOf(owner, others)]) {
        const { body } = await asked(one, given);
        expect(JSON.stringify(body), one.path).not.toMatch(his);
      }
    }
  });

  it('somebody else’s strategy and account are not found, and nothing of them is told', async () => {
    const stranger = await insertUser(db.owner);
    const token = await tokenOf(stranger.id);
    const answers = [
      await rest.ask('POST', '/signals', { token, body: signal() }),
      await rest.ask('POST', '/kill-switch', {
        token,
        body: { scope: 'ACCOUNT', account_id: accountId, state: 'HALT', reason: 'not mine' },
      }),
    ];
    for (const { http, body } of answers) {
      expect(http).toBe(404);
      expect(body.message).toBe('There is nothing here under that name.');
    }
    expect(await rowsOf(db.owner, `select 1 from public.switches where state <> 'OFF'`)).toEqual([]);
  });
});

describe('how often', () => {
  it('an address without a valid token is turned away after a while, before anything is looked up', async () => {
    for (let n = 0; n < FAILURES_PER_MINUTE; n += 1)
      expect((await rest.ask('GET', '/trades', { token: `lst_${'B'.repeat(43)}` })).http).toBe(401);
    const answer = await rest.ask('GET', '/trades', { token: await tokenOf(owner) });
    expect(answer).toMatchObject({ http: 429, body: { code: 'TOO_MANY_REQUESTS' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('a token has its own measure', async () => {
    const [busy, calm] = [await tokenOf(owner), await tokenOf(owner)];
    const ask = async (token: string) => (await rest.ask('GET', '/positions?symbol=NONE', { token })).http;
    const codes = await Promise.all(Array.from({ length: REQUESTS_PER_MINUTE + 5 }, () => ask(busy)));
    expect(codes.filter((http) => http === 429)).toHaveLength(5);
    expect(await ask(calm)).toBe(200);
  });
});

describe('signals', () => {
  it('goes the webhook’s way: accepted once, repeated as a duplicate, its job enqueued, its event recorded', async () => {
    const token = await tokenOf(owner);
    const body = signal();
    const first = await rest.ask('POST', '/signals', { token, body });
    expect(first).toMatchObject({ http: 200, body: { status: 'accepted' } });
    expect(rest.jobs.map((job) => job.id)).toContain(first.body.signal_id);
    const again = await rest.ask('POST', '/signals', { token, body });
    expect(again.body).toMatchObject({ status: 'duplicate', signal_id: first.body.signal_id });
    const events = await rowsOf(db.owner, 'select status from public.webhook_events where signal_id = $1', [
      first.body.signal_id,
    ]);
    expect(events.map((event) => event.status).sort()).toEqual(['ACCEPTED', 'DUPLICATE']);
  });

  it('what cannot be read is refused in words, and the refusal has its row', async () => {
    const token = await tokenOf(owner);
    const answer = await rest.ask('POST', '/signals', { token, body: signal({ action: 'dance' }) });
    expect(answer).toMatchObject({ http: 400, body: { status: 'refused' } });
    expect(answer.body.message).toMatch(/action/);
    const refused = await rowsOf(db.owner, `select 1 from public.webhook_events where status = 'REFUSED'`);
    expect(refused).toHaveLength(1);
  });

  it('needs a live webhook: its rules count here too', async () => {
    const token = await tokenOf(owner);
    await db.owner.query(`update public.webhook_sources set status = 'DISABLED'`);
    const answer = await rest.ask('POST', '/signals', { token, body: signal() });
    await db.owner.query(`update public.webhook_sources set status = 'ACTIVE'`);
    expect(answer).toMatchObject({ http: 409, body: { code: 'CONFLICT' } });
    expect(answer.body.message).toMatch(/no live webhook/);
  });

  it('a body that is no JSON, too large or of another kind is turned away', async () => {
    const token = await tokenOf(owner);
    const post = (body: string, headers = {}) => rest.ask('POST', '/signals', { token, body, headers });
    expect((await post('{')).http).toBe(400);
    expect((await post(JSON.stringify({ x: 'y'.repeat(70_000) }))).http).toBe(413);
    expect((await post('{}', { 'content-type': 'text/plain' })).http).toBe(415);
    expect(await post(JSON.stringify(signal({ strategy_id: 'mine' })))).toMatchObject({
      http: 400,
      body: { field: 'strategy_id' },
    });
  });
});

describe('reading', () => {
  it('tells one’s positions, orders, trades and results, with decimals as text', async () => {
    const token = await tokenOf(owner);
    const get = async (path: string) => (await rest.ask('GET', path, { token })).body;
    expect((await get('/positions')).items).toMatchObject([
      { id: tradeId, account_id: accountId, symbol, direction: 'LONG', open_qty: '10', entry_average: '100' },
    ]);
    expect((await get(`/trades?state=live&symbol=${symbol}`)).items).toMatchObject([
      { id: tradeId, status: 'OPEN', entry_qty: '10' },
    ]);
    expect((await get('/orders?state=filled')).items).toMatchObject([
      { trade_id: tradeId, kind: 'ENTRY', side: 'BUY', filled_qty: '10' },
    ]);
    expect(await get('/pnl?environment=PAPER&currency=USD')).toMatchObject({ pnl: '0', trades: 0, days: [] });
  });

  it('pages by cursor, and refuses one that is not its own', async () => {
    const token = await tokenOf(owner);
    const world = await exitWorld(db);
    const other = await tokenOf(world.user.id);
    const trades = [await world.open({ qty: '1' }), await world.open({ qty: '2' })];
    const first = (await rest.ask('GET', '/trades?limit=1', { token: other })).body;
    const second = (await rest.ask('GET', `/trades?limit=1&cursor=${first.next_cursor}`, { token: other }))
      .body;
    expect([first, second].map((page) => page.items[0].id).sort()).toEqual(trades.sort());
    expect(second.next_cursor).toBeNull();
    expect((await rest.ask('GET', '/trades?cursor=AAAA', { token })).http).toBe(400);
  });

  it('what does not exist is 404, another method 405 with what is possible', async () => {
    const token = await tokenOf(owner);
    expect((await rest.ask('GET', '/balances', { token })).http).toBe(404);
    const answer = await rest.ask('DELETE', '/trades', { token });
    expect(answer.http).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET');
  });
});

describe('the kill switch', () => {
  it('is thrown once per key and audited with its token; a token cannot lift it', async () => {
    const token = await tokenOf(owner, ['switch:write']);
    const headers = { 'idempotency-key': randomUUID() };
    const body = { scope: 'ACCOUNT', account_id: accountId, state: 'HALT', reason: 'strange prices' };
    const first = await rest.ask('POST', '/kill-switch', { token, body, headers });
    expect(first).toMatchObject({ http: 200, body: { state: 'HALT' } });
    expect((await rest.ask('POST', '/kill-switch', { token, body, headers })).body).toEqual(first.body);
    const other = { ...body, reason: 'another one' };
    expect((await rest.ask('POST', '/kill-switch', { token, body: other, headers })).http).toBe(409);
    const acts = await rowsOf(
      db.owner,
      `select act, entity from public.audit_log where actor_user_id = $1 and act in ('switch.set', 'api.kill_switch')`,
      [owner],
    );
    expect(acts).toEqual([
      { act: 'switch.set', entity: 'account' },
      { act: 'api.kill_switch', entity: 'api_token' },
    ]);
    expect((await rest.ask('POST', '/kill-switch', { token, body: { ...body, state: 'OFF' } })).http).toBe(
      400,
    );
  });
});
