import { describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { atr } from '#server/market/indicators.ts';

const START = '2026-11-21T12:00:00.000Z';

describe('leases', () => {
  const db = useDatabase({ clock: START });
  const take = async (name: string, holder: string, ttl = 5000) =>
    (
      await rowsOf<{ epoch: string | null }>(db.worker, 'select fn.lease_take($1, $2, $3) as epoch', [
        name,
        holder,
        ttl,
      ])
    )[0]?.epoch ?? null;

  it('are held by one holder, whose epoch stays while it renews', async () => {
    expect(await take('feed:1', 'a')).toBe('1');
    expect(await take('feed:1', 'b')).toBeNull();
    await db.advanceClock(4000);
    expect(await rowsOf(db.worker, `select * from fn.lease_renew('{feed:1}', 'a', 5000)`)).toEqual([
      { name: 'feed:1', epoch: '1' },
    ]);
    await db.advanceClock(4000);
    expect(await take('feed:1', 'b')).toBeNull();
  });

  it('change hands with a higher epoch once they ran out, and are not revived by their old holder', async () => {
    expect(await take('feed:2', 'a')).toBe('1');
    await db.advanceClock(5001);
    expect(await rowsOf(db.worker, `select * from fn.lease_renew('{feed:2}', 'a', 5000)`)).toEqual([]);
    expect(await take('feed:2', 'b')).toBe('2');
    expect(await take('feed:2', 'a')).toBeNull();
  });

  it('are free at once when given back', async () => {
    expect(await take('feed:3', 'a')).toBe('1');
    await db.worker.query(`select fn.lease_release('{feed:3}', 'b')`);
    expect(await take('feed:3', 'b')).toBeNull();
    await db.worker.query(`select fn.lease_release('{feed:3}', 'a')`);
    expect(await take('feed:3', 'b')).toBe('2');
  });

  it('go to exactly one of many that ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => take('feed:4', `w${i}`)));
    expect(answers.filter((epoch) => epoch !== null)).toEqual(['1']);
  });
});

describe('quotes', () => {
  const db = useDatabase({ clock: START });
  const quote = (instrument_id: string, last: number, more: Record<string, unknown> = {}) => ({
    instrument_id,
    bid: last,
    ask: last,
    last,
    source_time: db.now(),
    lease: 'feed:q',
    epoch: 1,
    ...more,
  });
  const instrument = async (symbol: string, market = 'CRYPTO', assetClass = 'CRYPTO') => {
    await db.owner.query(`set role lockstep_config; insert into instruments (symbol, market, asset_class, currency, tick_size, lot_size)
      values ('${symbol}', '${market}', '${assetClass}', 'USD', 0.01, 0.001); reset role`);
    return (
      (await rowsOf<{ id: string }>(db.worker, 'select id from instruments where symbol = $1', [symbol]))[0]
        ?.id ?? ''
    );
  };
  const put = async (rows: unknown[], holder: string | null) =>
    (
      await rowsOf<{ id: string }>(db.worker, 'select fn.quotes_put($1, $2) as id', [
        JSON.stringify(rows),
        holder,
      ])
    ).map((r) => r.id);
  const state = async (id: string) => (await rowsOf(db.web, 'select * from fn.quote_state($1)', [id]))[0];
  const take = (holder: string, ttl = 60_000) =>
    rowsOf(db.worker, 'select fn.lease_take($1, $2, $3)::int as epoch', ['feed:q', holder, ttl]);

  it('are written only by the holder of the lease at its epoch', async () => {
    const id = await instrument('FENCED');
    expect(await put([quote(id, 100)], 'a')).toEqual([]);
    expect(await take('a')).toEqual([{ epoch: 1 }]);
    expect(await put([quote(id, 100)], 'b')).toEqual([]);
    expect(await put([quote(id, 100, { epoch: 2 })], 'a')).toEqual([]);
    expect(await put([quote(id, 100)], 'a')).toEqual([id]);
  });

  it('are not written by a holder that slept while its lease was taken over', async () => {
    const id = await instrument('SLEPT');
    expect(await put([quote(id, 100)], 'a')).toEqual([id]);
    await db.advanceClock(61_000);
    expect(await put([quote(id, 101)], 'a')).toEqual([]);
    expect(await take('b')).toEqual([{ epoch: 2 }]);
    expect(await put([quote(id, 102, { epoch: 1 })], 'a')).toEqual([]);
    expect(await put([quote(id, 103, { epoch: 2 })], 'b')).toEqual([id]);
    expect(await put([quote(id, 104, { epoch: 0, lease: null })], null)).toEqual([]);
    expect(await state(id)).toMatchObject({ last: '103.000000000000', is_good: true });
  });

  it('make a take-over wait for a write under way, so that no late write follows it', async () => {
    const id = await instrument('RACE');
    await db.advanceClock(61_000);
    expect(await take('c', 50)).toEqual([{ epoch: 3 }]);
    const writer = await db.worker.connect();
    await writer.query('begin');
    await writer.query('select fn.quotes_put($1, $2)', [JSON.stringify([quote(id, 100, { epoch: 3 })]), 'c']);
    await db.advanceClock(1000);
    const taken = take('d');
    const blocked = async () =>
      (await rowsOf<{ n: number }>(db.owner, `select count(*)::int as n from pg_locks where not granted`))[0]
        ?.n;
    await expect.poll(blocked).toBeGreaterThan(0);
    await writer.query('commit');
    writer.release();
    expect(await taken).toEqual([{ epoch: 4 }]);
  });

  it('never go back in source time, and remember when they last changed', async () => {
    const id = await instrument('ORDERED');
    const at = (ms: number) => new Date(Date.parse(START) + 3_600_000 + ms).toISOString();
    await db.setClock(at(0));
    const free = { lease: null, epoch: 0 };
    await put([quote(id, 100, { ...free, source_time: at(0) })], null);
    expect(await put([quote(id, 99, { ...free, source_time: at(-1) })], null)).toEqual([]);
    await put([quote(id, 100, { ...free, source_time: at(1000), ticks: 4 })], null);
    const stored = () =>
      rowsOf(
        db.worker,
        'select last::text, changed_at, tick_count::int from quotes where instrument_id = $1',
        [id],
      );
    expect(await stored()).toEqual([
      { last: '100.000000000000', changed_at: new Date(at(0)), tick_count: 5 },
    ]);
    await put([quote(id, 101, { ...free, source_time: at(2000) })], null);
    expect(await stored()).toMatchObject([{ changed_at: new Date(at(2000)) }]);
  });

  it('are good while fresh, moving and within the session, by asset class', async () => {
    const free = { lease: null, epoch: 0 };
    const crypto = await instrument('FRESH');
    await put([quote(crypto, 100, free)], null);
    expect(await state(crypto)).toMatchObject({ is_good: true, age_ms: '0', mark: '100.000000000000' });
    await db.advanceClock(60_000);
    expect(await state(crypto)).toMatchObject({ is_good: true, age_ms: '60000' });
    await db.advanceClock(1);
    expect(await state(crypto)).toMatchObject({ is_good: false });
    for (let i = 0; i < 11; i++) {
      await db.advanceClock(30_000);
      await put([quote(crypto, 100, free)], null);
    }
    expect(await state(crypto)).toMatchObject({ is_good: false, age_ms: '0' });
    const equity = await instrument('NYQ', 'XNYS', 'EQUITY');
    await put([quote(equity, 50, free)], null);
    expect(await state(equity)).toMatchObject({ is_good: false });
    await db.setClock('2026-11-23T14:30:00Z');
    expect(await state(equity)).toMatchObject({ is_good: false });
    await put([quote(equity, 50, free)], null);
    expect(await state(equity)).toMatchObject({ is_good: true });
    expect(await state('00000000-0000-7000-8000-000000000000')).toBeUndefined();
  });

  it('refuse numbers that are none', async () => {
    const id = await instrument('NUMBERS');
    for (const last of ['NaN', 'Infinity']) {
      await expect(put([quote(id, 1, { last, lease: null, epoch: 0 })], null)).rejects.toThrow(
        /price_is_a_number|numeric field overflow/,
      );
    }
    await expect(put([quote(id, 1, { bid: 2, lease: null, epoch: 0 })], null)).rejects.toThrow(
      /bid_is_not_above_ask/,
    );
  });

  it('alert once twenty ticks of a kind were refused within a minute', async () => {
    const id = await instrument('BADTICKS');
    const reject = (count: number) =>
      db.worker.query('select fn.tick_rejects_put($1)', [
        JSON.stringify([
          { instrument_id: id, reason: 'NOT_POSITIVE', minute: START, count, example: { last: 0 } },
        ]),
      ]);
    const alerts = () => rowsOf(db.worker, `select code, text from alerts where code = 'BAD_TICKS'`);
    await reject(19);
    expect(await alerts()).toEqual([]);
    await reject(1);
    expect(await alerts()).toEqual([
      { code: 'BAD_TICKS', text: '20 ticks of BADTICKS were refused within a minute: NOT_POSITIVE.' },
    ]);
  });
});

describe('candles', () => {
  const db = useDatabase({ clock: START });
  const id = '00000000-0000-7000-8000-00000000000c';
  const candle = (minute: number, high: number, low: number, close: number, complete = true) => ({
    instrument_id: id,
    timeframe: '1m',
    opens_at: new Date(Date.parse(START) + minute * 60_000).toISOString(),
    open: close,
    high,
    low,
    close,
    volume: 1,
    complete,
  });
  const put = (rows: unknown[]) => db.worker.query('select fn.candles_put($1) as n', [JSON.stringify(rows)]);

  it('are extended while incomplete and stand once complete', async () => {
    await put([candle(-10, 11, 9, 10, false)]);
    await put([candle(-10, 10.5, 8, 10.2, true)]);
    await put([candle(-10, 99, 1, 50, true)]);
    expect(
      await rowsOf(db.worker, 'select high::float8, low::float8, close::float8, complete from candles'),
    ).toEqual([{ high: 11, low: 8, close: 10.2, complete: true }]);
    await db.owner.query(`set role lockstep_market; delete from candles; reset role`);
  });

  it('give the same ATR in SQL as in code, from the first one on', async () => {
    const shape = (i: number) => ({
      high: 100 + ((i * 7) % 11),
      low: 90 - ((i * 5) % 7),
      close: 95 + ((i * 3) % 5),
    });
    const candles = Array.from({ length: 120 }, (_, i) => ({ ...shape(i), i }));
    const ours = async () =>
      (await rowsOf<{ atr: string | null }>(db.worker, `select fn.atr($1, '1m', 14) as atr`, [id]))[0]?.atr;
    await put(candles.slice(0, 14).map((c) => candle(c.i, c.high, c.low, c.close)));
    expect(await ours()).toBeNull();
    for (const count of [15, 16, 40, 120]) {
      await put(candles.slice(0, count).map((c) => candle(c.i, c.high, c.low, c.close)));
      expect(Number(await ours())).toBeCloseTo(atr(candles.slice(0, count), 14) ?? 0, 9);
    }
    await put([candle(120, 5000, 1, 3000, false)]);
    expect(Number(await ours())).toBeCloseTo(atr(candles, 14) ?? 0, 9);
  });
});

describe('simulated instruments', () => {
  const db = useDatabase({ clock: START });
  const ensure = async (symbol: string, price: string | null) =>
    (
      await rowsOf<{ id: string | null }>(db.owner, 'select fn.instrument_ensure_simulated($1, $2) as id', [
        symbol,
        price,
      ])
    )[0]?.id ?? null;
  const allow = (value: string) =>
    db.owner.query(`set role lockstep_config; insert into platform_settings (key, value) values ('demo_market', '${value}')
      on conflict (key) do update set value = excluded.value; reset role`);

  it('are not made unless the platform allows it', async () => {
    await allow('false');
    expect(await ensure('NEWUSD', '100')).toBeNull();
  });

  it('are made once, with their first quote at the price given', async () => {
    await allow('true');
    const id = await ensure('newusd', '68000.5');
    expect(id).not.toBeNull();
    expect(await ensure('NEWUSD', '1')).toBe(id);
    expect(
      await rowsOf(
        db.worker,
        'select q.last::text, s.is_good from quotes q, fn.quote_state(q.instrument_id) s where q.instrument_id = $1',
        [id],
      ),
    ).toEqual([{ last: '68000.500000000000', is_good: true }]);
    expect(
      await rowsOf(db.worker, 'select market, simulated, tick_size::float8 from instruments where id = $1', [
        id,
      ]),
    ).toEqual([{ market: 'CRYPTO', simulated: true, tick_size: 0.01 }]);
  });

  it('are made once when many ask at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => ensure('MANYUSD', '5')));
    expect(new Set(ids).size).toBe(1);
  });

  it('keep five digits of a small price, and refuse one that is none', async () => {
    const id = await ensure('TINYUSD', '0.00123456');
    expect(await rowsOf(db.worker, 'select tick_size::text from instruments where id = $1', [id])).toEqual([
      { tick_size: '0.000000100000' },
    ]);
    for (const price of ['0', '-1', 'NaN', 'Infinity', '1e30'])
      expect(await ensure(`P${price}`, price)).toBeNull();
    for (const symbol of ['', 'A B', 'x'.repeat(30), "a';--"]) expect(await ensure(symbol, '5')).toBeNull();
  });
});
