import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { FeedLoop } from '#server/market/feeds/feed-loop.ts';
import { LEASE_TTL_MS, SHARDS, shardOf } from '#server/market/feeds/shards.ts';
import { SimulatedFeed } from '#server/market/feeds/simulated.ts';
import type { FeedInstrument, PriceFeed } from '#server/market/port.ts';
import type { Tick } from '#server/market/tick.ts';

/** A Saturday, so that only 24/7 instruments move. */
const START = Date.parse('2026-11-21T12:00:00.000Z');

/** A feed that says what the test put into it. */
class ScriptedFeed implements PriceFeed {
  readonly name = 'SCRIPTED';
  readonly simulated = true;
  readonly waiting = new Map<string, Tick[]>();
  open(instrument: FeedInstrument): void {
    this.waiting.set(instrument.id, []);
  }
  pull(id: string): Tick[] {
    return this.waiting.get(id)?.splice(0) ?? [];
  }
  close(id: string): void {
    this.waiting.delete(id);
  }
}

describe('the feed loop', () => {
  const db = useDatabase({ clock: new Date(START) });
  let now = START;
  const advance = async (ms: number) => {
    now += ms;
    await db.setClock(new Date(now));
  };
  const instruments = () =>
    rowsOf<{ id: string }>(db.worker, `select id from instruments where status = 'ACTIVE' order by id`);
  const make = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await db.owner.query(`set role lockstep_config; insert into instruments (symbol, market, asset_class, currency, tick_size, lot_size)
        values ('FEED${i}', 'CRYPTO', 'CRYPTO', 'USD', 0.01, 0.001) on conflict do nothing; reset role`);
    }
  };
  const loopOf = (worker: string, feed: PriceFeed = new SimulatedFeed('test')) => {
    const ticks = new Map<string, Tick[]>();
    const matched: string[] = [];
    const loop = new FeedLoop({
      pool: db.worker,
      feed,
      log: pino({ level: 'silent' }),
      worker,
      clock: () => now,
      hooks: {
        onTicks: async (id, good) => {
          ticks.set(id, [...(ticks.get(id) ?? []), ...good]);
        },
        matchPaper: async (id) => {
          matched.push(id);
        },
      },
    });
    return { loop, ticks, matched };
  };

  it('feeds every symbol alone, stores the quote before it hands the tick on, and builds candles', async () => {
    await make(24);
    const all = (await instruments()).map((row) => row.id);
    const { loop, ticks, matched } = loopOf('w1');
    for (let i = 0; i < 330; i++) {
      await loop.pass();
      await advance(250);
    }
    expect(loop.held().toSorted()).toEqual(all);
    const quotes = await rowsOf<{ id: string; last: number; epoch: string }>(
      db.worker,
      'select instrument_id as id, last::float8 as last, lease_epoch as epoch from quotes order by 1',
    );
    expect(quotes.map((q) => q.last)).toEqual(all.map((id) => ticks.get(id)?.at(-1)?.last));
    expect(new Set(quotes.map((q) => q.epoch))).toEqual(new Set(['1']));
    expect(new Set(matched)).toEqual(new Set(all));
    const candles = await rowsOf<{ id: string; volume: number; low: number; high: number }>(
      db.worker,
      `select instrument_id as id, low::float8 as low, high::float8 as high from candles
       where timeframe = '1m' and complete order by 1`,
    );
    expect(candles.map((c) => c.id)).toEqual(all);
    for (const { id, low, high } of candles) {
      const minute = (ticks.get(id) ?? []).filter((t) => t.at < START + 60_000).map((t) => t.last);
      expect([low, high]).toEqual([Math.min(...minute), Math.max(...minute)]);
    }
    await loop.stop();
    const hours = await rowsOf(db.worker, `select 1 from candles where timeframe = '1h' and not complete`);
    expect(hours).toHaveLength(all.length);
  });

  it('shares the symbols with a second worker, and gives all to the one that is left', async () => {
    const all = (await instruments()).map((row) => row.id);
    const [a, b] = [loopOf('a'), loopOf('b')];
    await a.loop.pass();
    expect(a.loop.held().toSorted()).toEqual(all);
    for (let i = 0; i < 4; i++) {
      await advance(1000);
      await b.loop.pass();
      await a.loop.pass();
    }
    expect([...a.loop.held(), ...b.loop.held()].toSorted()).toEqual(all);
    const shards = (loop: FeedLoop) => new Set(loop.held().map(shardOf)).size;
    expect(shards(a.loop)).toBeLessThanOrEqual(SHARDS / 2);
    expect(shards(b.loop)).toBeLessThanOrEqual(SHARDS / 2);

    await advance(LEASE_TTL_MS + 1);
    await b.loop.pass();
    await advance(1000);
    await b.loop.pass();
    expect(b.loop.held().toSorted()).toEqual(all);
    await b.loop.stop();
    await a.loop.stop();
  });

  it('hands nothing on once its leases were taken over, quotes, book and matching alike', async () => {
    const all = (await instruments()).map((row) => row.id);
    const [asleep, other] = [loopOf('asleep'), loopOf('other')];
    await asleep.loop.pass();
    await advance(250);
    await asleep.loop.pass();
    expect(asleep.loop.held().toSorted()).toEqual(all);
    const [handed, matched] = [JSON.stringify([...asleep.ticks]), asleep.matched.length];

    // the sleeper's own clock stood still: it believes in its leases and does not renew
    const woke = now;
    await advance(LEASE_TTL_MS + 1);
    await other.loop.pass();
    await advance(250);
    await other.loop.pass();
    expect(other.loop.held().toSorted()).toEqual(all);
    const epochs = () => rowsOf(db.worker, 'select instrument_id, lease_epoch, last from quotes order by 1');
    const before = await epochs();
    const later = now;
    now = woke + 250;
    await asleep.loop.pass();
    now = later;
    expect(await epochs()).toEqual(before);
    expect(asleep.loop.held()).toEqual([]);
    expect([JSON.stringify([...asleep.ticks]), asleep.matched.length]).toEqual([handed, matched]);
    await asleep.loop.stop();
    await other.loop.stop();
  });

  it('lets ticks that are 0, negative, NaN or a hundredfold change nothing, and counts them', async () => {
    const feed = new ScriptedFeed();
    const { loop, ticks } = loopOf('script', feed);
    await loop.pass();
    const [id = ''] = loop.held();
    const stored = async () =>
      (
        await rowsOf<{ last: number }>(
          db.worker,
          'select last::float8 as last from quotes where instrument_id = $1',
          [id],
        )
      )[0]?.last ?? 0;
    const price = await stored();
    const tick = (last: number, ms: number): Tick => ({
      bid: last,
      ask: last,
      last,
      size: 1,
      at: now + ms,
      source: 'SCRIPTED',
    });
    feed.waiting.get(id)?.push(tick(0, 1), tick(-5, 2), tick(Number.NaN, 3), tick(price * 100, 4));
    await advance(250);
    await loop.pass();
    expect(await stored()).toBe(price);
    expect(ticks.get(id)).toBeUndefined();
    feed.waiting.get(id)?.push(tick(price + 1, 5));
    await advance(250);
    await loop.pass();
    expect(await stored()).toBeCloseTo(price + 1, 9);
    await loop.stop();
    expect(
      await rowsOf(
        db.worker,
        'select reason, count::int from tick_rejects where instrument_id = $1 order by 1',
        [id],
      ),
    ).toEqual([
      { reason: 'JUMP', count: 1 },
      { reason: 'NOT_FINITE', count: 1 },
      { reason: 'NOT_POSITIVE', count: 2 },
    ]);
  });

  it('goes on when a hook fails', async () => {
    const loop = new FeedLoop({
      pool: db.worker,
      feed: new SimulatedFeed('test'),
      log: pino({ level: 'silent' }),
      worker: 'failing',
      clock: () => now,
      hooks: {
        onTicks: async () => {
          throw new Error('broken');
        },
        matchPaper: async () => {
          throw new Error('broken');
        },
      },
    });
    for (let i = 0; i < 3; i++) {
      await loop.pass();
      await advance(250);
    }
    expect(loop.held().length).toBe((await instruments()).length);
    await loop.stop();
  });
});
