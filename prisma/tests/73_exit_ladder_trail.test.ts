import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { one } from '#server/db.ts';
import { type ExitWorld, exitWorld } from './exit-world.ts';

const t = useDatabase();
const SECOND = 1_000;

interface Moved {
  stop: number;
  raise: number;
  step: number;
}

/** The market gives a symbol an ATR(14, 5m) of exactly this much. */
async function giveAtr(w: ExitWorld, atr: number): Promise<void> {
  const end = Date.parse(t.now());
  const candles = Array.from({ length: 40 }, (_, i) => ({
    instrument_id: w.instrument.id,
    timeframe: '5m',
    opens_at: new Date(Math.floor(end / 300_000) * 300_000 - (41 - i) * 300_000).toISOString(),
    open: '100',
    high: String(100 + atr / 2),
    low: String(100 - atr / 2),
    close: '100',
    volume: '1',
    complete: true,
  }));
  await t.owner.query('delete from public.candles where instrument_id = $1', [w.instrument.id]);
  await w.call('fn.candles_put($1)', [JSON.stringify(candles)]);
}

/** The trail of a trade with these columns after a price. */
async function nextTrail(trade: object, price: number, atr: number | null): Promise<Moved | undefined> {
  const { rows } = await t.owner.query<Moved>(
    `select n.trail_stop_price::float8 as stop, n.trail_raise_price::float8 as raise, n.trail_step::float8 as step
     from fn.exit_trail_next(jsonb_populate_record(null::public.trades, $1::jsonb), $2, $2, $3) n`,
    [trade, price, atr],
  );
  return rows[0];
}

describe('the ladder of targets', () => {
  const rungs = (...of: [string, string][]) => of.map(([at_pct, share_pct]) => ({ at_pct, share_pct }));

  it('sells each rung its share of what was entered, and the target the rest', async () => {
    const w = await exitWorld(t, { rules: { rungs: rungs(['1', '25'], ['2', '25']), target_pct: '4' } });
    const id = await w.open({ qty: '9' });
    const sold: number[] = [];
    for (const price of ['101', '102', '104']) {
      expect(await w.price(price)).toEqual(['TARGET_HIT']);
      const order = (await w.orders(id)).at(-1);
      sold.push(Number(order.qty));
      await w.fill(order.id, order.qty, price);
      await t.advanceClock(SECOND);
    }
    expect(sold).toEqual([2, 2, 5]);
    expect((await w.intents(id)).map((x) => x.rung)).toEqual([1, 2, 3]);
    expect(await w.tradeOf(id)).toMatchObject({ status: 'CLOSED', exit_reason: 'TARGET_HIT' });
    const { rows } = await t.owner.query(
      'select done_qty::float8 as done from public.trade_targets where trade_id = $1 order by rung',
      [id],
    );
    expect(rows.map((r) => r.done)).toEqual([2, 2, 5]);
  });

  it('skips a rung that rounds to nothing', async () => {
    const w = await exitWorld(t, { rules: { rungs: rungs(['1', '10'], ['2', '50']), target_pct: '4' } });
    const id = await w.open({ qty: '5' });
    expect(await w.tradeOf(id)).toMatchObject({ target_rung: 2, target_price: '102.000000000000' });
    expect(await w.price('101')).toEqual([]);
    expect(await w.price('102')).toEqual(['TARGET_HIT']);
    expect(Number((await w.orders(id))[0].qty)).toBe(2);
  });

  it('goes on with what a rung still owes after it was withdrawn half filled', async () => {
    const w = await exitWorld(t, { rules: { rungs: rungs(['1', '50']) } });
    const id = await w.open();
    await w.price('101');
    const [order] = await w.orders(id);
    await w.fill(order.id, '2', '101');
    await t.advanceClock(30 * SECOND);
    await w.restSweep();
    await w.report(order.id, 'CANCELLED');
    expect(await w.price('101')).toEqual(['TARGET_HIT']);
    expect(Number((await w.orders(id))[1].qty)).toBe(3);
    await w.fill((await w.orders(id))[1].id, '3', '101');
    expect(await w.tradeOf(id)).toMatchObject({ status: 'OPEN', target_price: null });
  });

  it('takes the nearest level first where the signal has a target before a rung', async () => {
    const w = await exitWorld(t, { rules: { rungs: rungs(['5', '50']) } });
    const id = await w.open({ target: '103' });
    expect(await w.price('103')).toEqual(['TARGET_HIT']);
    expect(Number((await w.orders(id))[0].qty)).toBe(10);
  });
});

describe('a stop of k × ATR', () => {
  it.each([
    ['LONG', 97],
    ['SHORT', 103],
  ] as const)(
    'of a %s keeps the ATR of the opening, and goes before the percentage',
    async (direction, stop) => {
      const w = await exitWorld(t, { rules: { stop_atr_k: '2' } });
      await giveAtr(w, 1.5);
      const id = await w.open({ direction, filled: '4' });
      expect(await w.tradeOf(id)).toMatchObject({ stop_by: 'ATR', entry_atr: '1.500000000000' });
      await giveAtr(w, 4);
      const [entry] = (await t.owner.query('select id from public.orders where trade_id = $1', [id])).rows;
      await w.fill(entry.id, '6', '100');
      expect(Number((await w.tradeOf(id)).stop_price)).toBe(stop);
    },
  );

  it('is the percentage for good where no ATR was known at the opening', async () => {
    const w = await exitWorld(t, { rules: { stop_atr_k: '2' } });
    const id = await w.open({ filled: '4' });
    await giveAtr(w, 4);
    const [entry] = (await t.owner.query('select id from public.orders where trade_id = $1', [id])).rows;
    await w.fill(entry.id, '6', '100');
    expect(await w.tradeOf(id)).toMatchObject({ stop_by: 'PERCENT', stop_price: '97.500000000000' });
  });

  it('is widened by the spread where the rule says so', async () => {
    const w = await exitWorld(t, { rules: { stop_atr_k: '2', stop_atr_costs: true } });
    await giveAtr(w, 1.5);
    // the quote of the opening: one basis point on each side of 100
    expect(Number((await w.tradeOf(await w.open())).stop_price)).toBeCloseTo(96.98, 10);
  });
});

describe('the trailing stop', () => {
  const trail = {
    trail_arm_pct: '3',
    trail_atr_k: '2',
    trail_min_pct: '1',
    trail_max_pct: '2',
    stop_pct: null,
    hard_stop_pct: null,
  };
  const at = async (w: ExitWorld, id: string) => {
    const r = await w.tradeOf(id);
    return [r.trail_stop_price, r.trail_raise_price].map((v) => (v === null ? null : Number(v)));
  };

  it.each([
    ['LONG', '102.99', '103', 103, 1],
    ['SHORT', '97.01', '97', 97, -1],
  ] as const)(
    'of a %s arms at its percentage, k × ATR away, and moves by at least the step',
    async (direction, before, arm, price, sign) => {
      const w = await exitWorld(t, { rules: trail });
      await giveAtr(w, 0.75);
      const id = await w.open({ direction });
      await w.price(before);
      expect(await at(w, id)).toEqual([null, null]);
      await w.price(arm);
      // 2 × 0.75 = 1.5, between 1 % and 2 % of the price; the step is 0.5 × ATR
      expect(await at(w, id)).toEqual([price - sign * 1.5, price + sign * 0.375]);
      await w.price(String(price + sign * 0.37));
      expect(await at(w, id)).toEqual([price - sign * 1.5, price + sign * 0.375]);
      await w.price(String(price + sign * 0.5));
      expect(await at(w, id)).toEqual([price - sign, price + sign * 0.875]);
      await w.price(String(price - sign * 0.99));
      expect(await at(w, id)).toEqual([price - sign, price + sign * 0.875]);
      expect(await w.price(String(price - sign))).toEqual(['TRAILING_STOP']);
      const [order] = await w.orders(id);
      await w.fill(order.id, '10', String(price - sign));
      expect(await w.tradeOf(id)).toMatchObject({ status: 'CLOSED', exit_reason: 'TRAILING_STOP' });
    },
  );

  it('is held within 1 and 2 % of the price, and takes the wider bound without an ATR', async () => {
    for (const [atr, distance] of [
      [0.01, 1.03],
      [5, 2.06],
      [null, 2.06],
    ] as const) {
      const w = await exitWorld(t, { rules: trail });
      if (atr !== null) await giveAtr(w, atr);
      const id = await w.open();
      await w.price('103');
      expect((await at(w, id))[0]).toBeCloseTo(103 - distance, 10);
    }
  });

  it('raised within a stretch of ticks is held against its last price alone', async () => {
    const w = await exitWorld(t, { rules: trail });
    const seen = async (id: string, low: string, high: string, last: string) => {
      const { triggers_version: version } = await w.tradeOf(id);
      return (await w.raise({ trade_id: id, low, high, last, version, by: 'BOOK' })).raised.map(
        (r) => r.reason,
      );
    };
    const [a, b] = [await w.open(), await w.open()];
    expect(await seen(a, '99', '110', '109')).toEqual([]);
    expect((await at(w, a))[0]).toBeCloseTo(107.8, 10);
    expect(await seen(a, '107.9', '108', '108')).toEqual([]);
    expect(await seen(b, '99', '110', '107.8')).toEqual(['TRAILING_STOP']);
  });

  it('of an ATR that grew moves only its next level, never the stop back', async () => {
    const w = await exitWorld(t, { rules: trail });
    await giveAtr(w, 0.6);
    const id = await w.open();
    await w.price('103');
    const [before] = await at(w, id);
    await giveAtr(w, 1);
    await w.price('103.3');
    const [stop, raise] = await at(w, id);
    expect(stop).toBe(before);
    expect(raise).toBeGreaterThan(103.3);
  });

  it('is never loosened, whatever the prices and the ATR do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('LONG' as const, 'SHORT' as const),
        fc.array(fc.tuple(fc.integer({ min: 900, max: 1300 }), fc.option(fc.integer({ min: 1, max: 40 }))), {
          minLength: 1,
          maxLength: 25,
        }),
        async (direction, steps) => {
          const sign = direction === 'LONG' ? 1 : -1;
          const { rules } = await one<{ rules: object }>(
            t.owner,
            `select rules || $1::jsonb as rules from public.exit_rules where layer = 'ASSET_CLASS' and asset_class = 'CRYPTO'`,
            [JSON.stringify(trail)],
          );
          let stop: number | null = null;
          let raise: number | null = null;
          for (const [tenths, atr] of steps) {
            const price = direction === 'LONG' ? tenths / 10 : 200 - tenths / 10;
            const next = await nextTrail(
              {
                direction,
                exit_rules: rules,
                trail_activate_price: 100 + sign * 3,
                trail_stop_price: stop,
                trail_raise_price: raise,
              },
              price,
              atr === null ? null : atr / 10,
            );
            if (!next) continue;
            if (stop !== null && next.stop !== stop)
              expect(sign * (next.stop - stop)).toBeGreaterThanOrEqual(next.step - 1e-9);
            expect(sign * (price - next.stop)).toBeGreaterThan(0);
            expect(sign * (next.raise - price)).toBeGreaterThan(0);
            [stop, raise] = [next.stop, next.raise];
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
