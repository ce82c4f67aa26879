import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  insertInstrument,
  insertStrategy,
  insertUser,
  insertWebhookSource,
} from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { sha256 } from '#server/crypto.ts';
import { withTx } from '#server/db.ts';
import { acceptSignals, toItem } from '#server/pipeline/1-signal/accept-signal.ts';
import type { Sides } from '#server/pipeline/1-signal/alert.ts';
import { parseAlert, parseBody } from '#server/pipeline/1-signal/parse-alert.ts';
import { type AcceptItem, type Answer, acceptItems } from '#server/pipeline/1-signal/store.ts';

const db = useDatabase();
const noQueue = { enqueue: async () => undefined };
let userId: string;

beforeAll(async () => {
  userId = (await insertUser(db.owner)).id;
});

interface World {
  strategy: { id: string; user_id: string };
  source: { id: string; token: string };
  symbol: string;
  instrumentId: string;
}

async function world(
  strategy: Record<string, unknown> = {},
  source: Record<string, unknown> = {},
): Promise<World> {
  const made = await insertStrategy(db.owner, userId, { sides: 'BOTH', ...strategy });
  const hook = await insertWebhookSource(db.owner, { id: made.id, user_id: userId }, source);
  const instrument = await insertInstrument(db.owner);
  return {
    strategy: { id: made.id, user_id: userId },
    source: { id: hook.id, token: hook.token },
    symbol: instrument.symbol,
    instrumentId: instrument.id,
  };
}

function item(w: World, body: Record<string, unknown>, sides: Sides = 'BOTH'): AcceptItem {
  const text = JSON.stringify({ symbol: w.symbol, ...body });
  const json = parseBody(text);
  const parsed = json.ok ? parseAlert(json.body, sides) : json;
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  const arrival = {
    tokenHash: sha256(w.source.token).toString('hex'),
    requestId: randomBytes(8).toString('hex'),
    address: '203.0.113.7',
    rawBody: Buffer.from(text),
    shownBody: text,
    elapsedUs: 10,
  };
  return toItem(arrival, parsed.alert);
}

const accept = (items: AcceptItem[]): Promise<Answer[]> =>
  withTx(db.web, (client) => acceptItems(client, items));

async function say(w: World, body: Record<string, unknown>): Promise<Answer> {
  const [answer] = await accept([item(w, body)]);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

const at = (seconds: number): string => new Date(Date.parse(db.now()) + seconds * 1000).toISOString();
const signalsOf = (w: World) =>
  rowsOf(db.owner, 'select * from public.signals where strategy_id = $1 order by id', [w.strategy.id]);
const eventsOf = (w: World) =>
  rowsOf(db.owner, 'select * from public.webhook_events where strategy_id = $1 order by id', [w.strategy.id]);

describe('an accepted alert', () => {
  it('is a published signal with its numbers, an event row, a head and a fan-out job', async () => {
    const w = await world();
    const answer = await say(w, {
      action: 'buy',
      direction: 'long',
      price: '101.25',
      stop: 99,
      target: '110',
      quantity: 3,
      timeframe: '60',
      timestamp: at(-1),
      key: 'k1',
      source: 'me',
      indicator: 'rsi',
      max_lag: 60,
    });
    expect(answer).toMatchObject({
      outcome: 'ACCEPTED',
      http: 200,
      jobs: [{ name: 'signal.fanout', id: answer.signalId }],
    });
    const [signal] = await signalsOf(w);
    expect(signal).toMatchObject({
      id: answer.signalId,
      status: 'PUBLISHED',
      action: 'ENTRY',
      direction: 'LONG',
      symbol: w.symbol,
      price: '101.250000000000',
      stop_price: '99.000000000000',
      timeframe: '1h',
      client_key: 'k1',
      source: 'me',
      indicator: 'rsi',
      max_lag_ms: 60_000,
    });
    expect(signal?.expires_at.toISOString()).toBe(at(120));
    expect(signal?.occurred_at.toISOString()).toBe(at(-1));
    const [event] = await eventsOf(w);
    expect(event).toMatchObject({
      status: 'ACCEPTED',
      http_status: 200,
      signal_id: answer.signalId,
      timeframe: '1h',
      body: null,
    });
  });

  it('in a batch is judged by what stood before it in the batch', async () => {
    const w = await world();
    const [one, two, three] = await accept([
      item(w, { action: 'buy', timestamp: at(-3) }),
      item(w, { action: 'exit', timestamp: at(-1) }),
      item(w, { action: 'buy', timestamp: at(-2), key: 'late' }),
    ]);
    expect([one?.outcome, two?.outcome, three?.code]).toEqual(['ACCEPTED', 'ACCEPTED', 'OUT_OF_ORDER']);
  });

  it('that breaks its batch fails alone', async () => {
    const w = await world();
    const bad = { ...item(w, { action: 'buy', key: 'bad' }), price: 'NaN-sense' };
    const settled = await acceptSignals({ pool: db.web, queue: noQueue }, [
      item(w, { action: 'exit', key: 'a' }),
      bad,
      item(w, { action: 'exit', key: 'b' }),
    ]);
    expect(settled.map((entry) => entry.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await signalsOf(w)).toHaveLength(2);
  });
});

describe('a repeat', () => {
  it('answers with the first signal, however often', async () => {
    const w = await world();
    const body = { action: 'buy', timestamp: at(0) };
    const first = await say(w, body);
    expect(await say(w, body)).toMatchObject({
      outcome: 'DUPLICATE',
      http: 200,
      signalId: first.signalId,
      jobs: [],
    });
    expect(await signalsOf(w)).toHaveLength(1);
    expect((await eventsOf(w)).map((event) => event.status)).toEqual(['ACCEPTED', 'DUPLICATE']);
  });

  it('is a duplicate even when it has become stale', async () => {
    const w = await world();
    const body = { action: 'buy', timestamp: at(0) };
    const first = await say(w, body);
    await db.advanceClock(600_000);
    expect(await say(w, body)).toMatchObject({ outcome: 'DUPLICATE', signalId: first.signalId });
  });

  it('without a time counts for 30 s from the first arrival, not from the last', async () => {
    const w = await world();
    const first = await say(w, { action: 'buy' });
    await db.advanceClock(20_000);
    expect((await say(w, { action: 'buy' })).outcome).toBe('DUPLICATE');
    await db.advanceClock(9_900);
    expect((await say(w, { action: 'buy' })).signalId).toBe(first.signalId);
    await db.advanceClock(200);
    expect((await say(w, { action: 'buy' })).outcome).toBe('ACCEPTED');
    expect(await signalsOf(w)).toHaveLength(2);
  });

  it('is told from another alert of the same second by its key or its body', async () => {
    const w = await world();
    const time = at(0);
    const answers = [
      await say(w, { action: 'buy', timestamp: time, key: 'a' }),
      await say(w, { action: 'buy', timestamp: time, key: 'b' }),
      await say(w, { action: 'buy', timestamp: time, price: 1 }),
      await say(w, { action: 'buy', timestamp: time, key: 'a', price: 2 }),
    ];
    expect(answers.map((answer) => answer.outcome)).toEqual([
      'ACCEPTED',
      'ACCEPTED',
      'ACCEPTED',
      'DUPLICATE',
    ]);
  });

  it('of another source is another signal', async () => {
    const w = await world();
    const other = await insertWebhookSource(db.owner, w.strategy);
    await say(w, { action: 'buy', timestamp: at(0) });
    const answer = await say(
      { ...w, source: { id: other.id, token: other.token } },
      { action: 'buy', timestamp: at(0) },
    );
    expect(answer.outcome).toBe('ACCEPTED');
  });
});

describe('an entry is refused', () => {
  it.each([
    ['when it is older than max_lag', -301, 'STALE_SIGNAL'],
    ['when it is more than a minute in the future', 61, 'FUTURE_SIGNAL'],
  ])('%s, and the sentence names the field and {{timenow}}', async (_name, offset, code) => {
    const w = await world();
    const answer = await say(w, { action: 'buy', timestamp: at(offset) });
    expect(answer).toMatchObject({ outcome: 'REFUSED', http: 400, code, signalId: null });
    expect(answer.message).toMatch(/^Field "timestamp".*\{\{timenow\}\}/);
    expect(await signalsOf(w)).toEqual([]);
    const [event] = await eventsOf(w);
    expect(event).toMatchObject({ status: 'REFUSED', http_status: 400, reason: code });
  });

  it('but not at the very limits of age and future', async () => {
    const w = await world();
    expect((await say(w, { action: 'buy', timestamp: at(-300), key: 'a' })).outcome).toBe('ACCEPTED');
    expect((await say(w, { action: 'buy', timestamp: at(60), key: 'b' })).outcome).toBe('ACCEPTED');
  });

  it('by the stricter of its own max_lag and the setting', async () => {
    const w = await world({}, { max_lag_seconds: 30 });
    expect((await say(w, { action: 'buy', timestamp: at(-31), max_lag: 300 })).code).toBe('STALE_SIGNAL');
    expect((await say(w, { action: 'buy', timestamp: at(-11), max_lag: 10 })).code).toBe('STALE_SIGNAL');
    expect((await say(w, { action: 'buy', timestamp: at(-29) })).outcome).toBe('ACCEPTED');
  });

  it('not for its age when the time is the open of a bar that has just closed', async () => {
    const w = await world();
    await db.setClock('2026-03-03T15:00:02.000Z');
    expect(
      (await say(w, { action: 'buy', timestamp: '2026-03-03T14:00:00Z', timeframe: '60' })).outcome,
    ).toBe('ACCEPTED');
    expect((await say(w, { action: 'buy', timestamp: '2026-03-03T14:00:00Z' })).code).toBe('STALE_SIGNAL');
  });

  it('on delayed data, for an unknown symbol, and while the strategy is paused', async () => {
    const w = await world();
    expect((await say(w, { action: 'buy', symbol: `BATS_DLY:${w.symbol}` })).code).toBe('DELAYED_DATA');
    expect((await say(w, { action: 'buy', symbol: 'NOWHERE' })).code).toBe('UNKNOWN_SYMBOL');
    await db.owner.query(`update public.strategies set status = 'PAUSED' where id = $1`, [w.strategy.id]);
    expect((await say(w, { action: 'buy' })).code).toBe('STRATEGY_PAUSED');
    expect((await say(w, { action: 'exit' })).outcome).toBe('ACCEPTED');
  });

  it.each(['exit', 'cancel'])('when it is older than the newest %s', async (word) => {
    const w = await world();
    await say(w, { action: word, timestamp: at(-5) });
    const answer = await say(w, { action: 'buy', timestamp: at(-6) });
    expect(answer).toMatchObject({ code: 'OUT_OF_ORDER', http: 400 });
    expect((await say(w, { action: 'buy', timestamp: at(-5) })).outcome).toBe('ACCEPTED');
  });

  it('when it is older than the newest opposite entry, not than one of its own direction', async () => {
    const w = await world();
    await say(w, { action: 'sell', timestamp: at(-5) });
    expect((await say(w, { action: 'buy', timestamp: at(-6) })).code).toBe('OUT_OF_ORDER');
    expect((await say(w, { action: 'sell', timestamp: at(-6) })).outcome).toBe('ACCEPTED');
  });

  it('past the burst of its source, with the seconds to wait; exits still pass', async () => {
    const w = await world({}, { entries_per_minute: 60, entries_burst: 3 });
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await say(w, { action: 'buy', key: `r${n}` }));
    expect(answers.map((answer) => answer.http)).toEqual([200, 200, 200, 503]);
    expect(answers[3]).toMatchObject({ code: 'RATE_LIMIT', retryAfter: 1 });
    expect((await say(w, { action: 'exit' })).outcome).toBe('ACCEPTED');
    expect((await say(w, { action: 'buy', key: 'r0' })).outcome).toBe('DUPLICATE');
    await db.advanceClock(1_000);
    expect((await say(w, { action: 'buy', key: 'r9' })).outcome).toBe('ACCEPTED');
  });

  it('within the re-arm time of its direction, with 200 and no signal', async () => {
    const w = await world({ entry_rearm_seconds: 60 });
    expect((await say(w, { action: 'buy', key: '1' })).outcome).toBe('ACCEPTED');
    await db.advanceClock(59_000);
    expect(await say(w, { action: 'buy', key: '2' })).toMatchObject({
      outcome: 'REARM',
      http: 200,
      signalId: null,
    });
    expect((await say(w, { action: 'sell', key: '3' })).outcome).toBe('ACCEPTED');
    expect((await say(w, { action: 'exit', key: '4' })).outcome).toBe('ACCEPTED');
    await db.advanceClock(2_000);
    expect((await say(w, { action: 'buy', key: '5' })).outcome).toBe('ACCEPTED');
  });
});

describe('an exit or a cancel', () => {
  it.each([
    ['late', { timestamp: -4000 }, -4000],
    ['future', { timestamp: 4000 }, 0],
    ['delayed', { timestamp: 0, exchange: 'NSE_DL' }, 0],
  ])(
    'that is %s is accepted and applied by its time, with an alert to the owner',
    async (_name, body, offset) => {
      const w = await world();
      await say(w, { action: 'buy', timestamp: at(1) });
      for (const action of ['exit', 'cancel']) {
        const answer = await say(w, { ...body, action, timestamp: at(body.timestamp) });
        expect(answer).toMatchObject({
          outcome: 'ACCEPTED',
          jobs: [{ name: 'signal.apply', id: answer.signalId }],
        });
        const signal = (await signalsOf(w)).find((row) => row.id === answer.signalId);
        expect(signal?.occurred_at.toISOString()).toBe(at(offset));
        const alerts = await rowsOf(db.owner, `select code from public.alerts where entity_id = $1`, [
          answer.signalId,
        ]);
        expect(alerts).toEqual([{ code: 'LATE_EXIT' }]);
      }
    },
  );

  it('keeps what a reduce asks for', async () => {
    const w = await world();
    await say(w, { action: 'sell', position_size: 15, quantity: 5 });
    const [signal] = await signalsOf(w);
    expect(signal).toMatchObject({
      action: 'EXIT',
      direction: 'LONG',
      reduce_quantity: '5.000000000000',
      position_after: '15.000000000000',
    });
  });
});

describe('a test alert', () => {
  let w: World;
  beforeEach(async () => {
    w = await world({ entry_rearm_seconds: 60 }, { entries_burst: 1 });
  });

  it('says what would happen and leaves nothing but its event row', async () => {
    expect(await say(w, { action: 'buy', test: true, key: 'x' })).toMatchObject({
      outcome: 'TEST',
      http: 200,
      code: null,
      jobs: [],
    });
    expect(await say(w, { action: 'buy', test: true, key: 'y' })).toMatchObject({
      outcome: 'TEST',
      http: 200,
    });
    expect(await signalsOf(w)).toEqual([]);
    expect((await say(w, { action: 'buy', key: 'x' })).outcome).toBe('ACCEPTED');
    expect(await say(w, { action: 'buy', key: 'x', test: true })).toMatchObject({
      outcome: 'TEST',
      code: 'DUPLICATE',
    });
    expect(await say(w, { action: 'buy', key: 'z', test: true })).toMatchObject({
      outcome: 'TEST',
      code: 'RATE_LIMIT',
      http: 503,
    });
    expect((await eventsOf(w)).filter((event) => event.status === 'TEST')).toHaveLength(4);
  });

  it('is refused like a real one', async () => {
    expect(await say(w, { action: 'buy', test: true, timestamp: at(-1000) })).toMatchObject({
      outcome: 'TEST',
      http: 400,
      code: 'STALE_SIGNAL',
    });
  });
});

describe('an unseen symbol', () => {
  const demo = (value: boolean) =>
    db.owner.query(
      `set role lockstep_config; insert into platform_settings (key, value) values ('demo_market', '${value}')
       on conflict (key) do update set value = excluded.value; reset role`,
    );

  it('becomes a simulated instrument at the price of its entry in a demo, in the same transaction', async () => {
    const w = await world();
    await demo(true);
    expect(await say(w, { symbol: 'NEWCOIN', action: 'exit' })).toMatchObject({ code: 'UNKNOWN_SYMBOL' });
    expect(await say(w, { symbol: 'NEWCOIN', action: 'buy', price: 5, test: true })).toMatchObject({
      outcome: 'TEST',
      http: 200,
    });
    expect(await rowsOf(db.owner, `select 1 from public.instruments where symbol = 'NEWCOIN'`)).toEqual([]);
    expect((await say(w, { symbol: 'NEWCOIN', action: 'buy', price: 5 })).outcome).toBe('ACCEPTED');
    const quotes = await rowsOf(
      db.owner,
      `select q.last from public.quotes q join public.instruments i on i.id = q.instrument_id where i.symbol = 'NEWCOIN'`,
    );
    expect(quotes).toEqual([{ last: '5.000000000000' }]);
    await demo(false);
    expect((await say(w, { symbol: 'OTHERCOIN', action: 'buy', price: 5 })).code).toBe('UNKNOWN_SYMBOL');
  });
});

describe('a token', () => {
  it.each([
    ['unknown', `select 1 where $1::uuid is null`],
    ['disabled', `update public.webhook_tokens set disabled_at = now() where source_id = $1`],
    ['run out', `update public.webhook_tokens set valid_until = '2026-01-01' where source_id = $1`],
    ['of a disabled source', `update public.webhook_sources set status = 'DISABLED' where id = $1`],
    [
      'of an archived strategy',
      `update public.strategies s set status = 'ARCHIVED' from public.webhook_sources w where w.id = $1 and s.id = w.strategy_id`,
    ],
  ])('that is %s opens nothing, all alike', async (name, statement) => {
    const w = await world();
    await db.owner.query(statement, [w.source.id]);
    const token = name === 'unknown' ? 'x'.repeat(43) : w.source.token;
    const answer = await say({ ...w, source: { ...w.source, token } }, { action: 'buy' });
    expect(answer).toMatchObject({
      outcome: 'REFUSED',
      http: 401,
      code: 'UNKNOWN_TOKEN',
      message: 'This address is not known.',
    });
    expect(await eventsOf(w)).toEqual([]);
  });
});
