import { beforeEach, describe, expect, it } from 'vitest';
import { insertWebhookSource } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { item, type SignalWorld, useSignals } from '#prisma/tests/signal-world.ts';
import { acceptSignals } from '#server/pipeline/1-signal/accept-signal.ts';

const db = useDatabase();
const noQueue = { enqueue: async () => undefined };
const { world, accept, say, at, signalsOf, eventsOf } = useSignals(db);

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
  let w: SignalWorld;
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
