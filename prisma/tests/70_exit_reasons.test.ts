import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { Decimal } from '#server/money.ts';
import { triggerPrices } from '#server/pipeline/7-exit/exit-prices.ts';
import { EXIT_REASONS } from '#server/pipeline/7-exit/exit-reasons.ts';
import { EXIT_DEFAULTS } from '#server/pipeline/7-exit/exit-rules.ts';
import { type ExitWorld, exitWorld } from './exit-world.ts';

const t = useDatabase();

describe('the register of reasons and defaults', () => {
  it('is the same in SQL and in TypeScript', async () => {
    const { rows } = await t.owner.query('select * from fn.exit_reason_table() order by rank');
    const ours = Object.entries(EXIT_REASONS).map(([reason, facts]) => ({
      reason,
      rank: facts.rank,
      style: facts.style,
      one_shot: facts.oneShot,
      any_time: facts.anyTime,
      rest_key: facts.rest,
    }));
    expect(rows).toEqual(ours.sort((a, b) => a.rank - b.rank));
    const ranks = await t.owner.query(
      'select bool_and(fn.exit_rank(r.reason) = r.rank) as ok from fn.exit_reason_table() r',
    );
    expect(ranks.rows).toEqual([{ ok: true }]);
  });

  it('seeds the complete rules of every asset class', async () => {
    const { rows } = await t.owner.query(
      `select asset_class, rules from public.exit_rules where layer = 'ASSET_CLASS' order by asset_class`,
    );
    expect(Object.fromEntries(rows.map((r) => [r.asset_class, r.rules]))).toEqual(EXIT_DEFAULTS);
  });
});

describe('triggers of a trade', () => {
  it.each(['LONG', 'SHORT'] as const)(
    'of a %s are those of the rules, as the model computes them',
    async (direction) => {
      const rules = {
        trail_arm_pct: '3.5',
        target_pct: '8',
        rungs: [
          { at_pct: '1', share_pct: '30' },
          { at_pct: '2', share_pct: '30' },
        ],
      };
      const w = await exitWorld(t, { rules });
      const trade = await w.tradeOf(await w.open({ direction, price: '123.45' }));
      const model = triggerPrices(
        { ...EXIT_DEFAULTS.CRYPTO, ...rules },
        {
          direction,
          entry: new Decimal('123.45'),
          signalStop: null,
          signalTarget: null,
          atr: null,
          costs: new Decimal(0),
        },
      );
      const same = (ours: unknown, theirs: Decimal | null | undefined) =>
        expect(
          new Decimal(String(ours))
            .minus(theirs ?? Number.NaN)
            .abs()
            .lt('1e-11'),
        ).toBe(true);
      same(trade.hard_stop_price, model.hardStop);
      same(trade.stop_price, model.stop);
      same(trade.target_price, model.rungs[0]?.price);
      same(trade.trail_activate_price, model.trailActivate);
      same(trade.trail_distance, model.trailDistance);
      same(trade.trail_step, model.trailStep);
      expect([trade.stop_by, trade.target_rung, trade.trail_stop_price]).toEqual(['PERCENT', 1, null]);
      expect(trade.exit_layers.stop_pct).toBe('ASSET_CLASS');
      expect(trade.exit_layers.target_pct).toBe('STRATEGY');
      const { rows } = await t.owner.query(
        'select * from public.trade_targets where trade_id = $1 order by rung',
        [trade.id],
      );
      expect(rows.map((r) => Number(r.fraction))).toEqual([0.3, 0.3, 0.4]);
      same(rows[2]?.price, model.target);
    },
  );

  it('take the stop and target of the signal, and the average of all entry fills', async () => {
    const w = await exitWorld(t, { rules: { stop_pct: '1' } });
    const id = await w.open({ qty: '4', filled: '1', stop: '90', target: '130' });
    expect(await w.tradeOf(id)).toMatchObject({
      stop_price: '90.000000000000',
      stop_by: 'SIGNAL',
      target_price: '130.000000000000',
    });
    const [entry] = (await t.owner.query(`select id from public.orders where trade_id = $1`, [id])).rows;
    await w.fill(entry.id, '3', '120');
    expect(await w.tradeOf(id)).toMatchObject({ hard_stop_price: '109.250000000000' });
  });

  it('change at once when a rule changes, with the layer that set them', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    await t.asActor(w.user.id, (client) =>
      client.query(`select fn.exit_rules_set('TRADE', $1, '{"stop_pct": "4"}')`, [id]),
    );
    const trade = await w.tradeOf(id);
    expect([Number(trade.stop_price), trade.exit_layers.stop_pct]).toEqual([96, 'TRADE']);
  });

  it.each([
    ['{"target_pct": "2", "trail_arm_pct": "3"}', 'always fires before the trail arms'],
    ['{"nonsense": "1"}', 'not an exit rule'],
    ['{"stop_pct": "-1"}', 'must be a number'],
    ['{"stop_pct": "0"}', 'above 0'],
    ['{"trail_atr_k": null}', 'cannot be switched off'],
    [
      '{"rungs": [{"at_pct": "1", "share_pct": "60"}, {"at_pct": "2", "share_pct": "60"}]}',
      'more than 100 %',
    ],
  ])('refuse the layer %s', async (rules, text) => {
    const w = await exitWorld(t);
    const set = t.asActor(w.user.id, (client) =>
      client.query(`select fn.exit_rules_set('STRATEGY', $1, $2::jsonb)`, [w.strategy.id, rules]),
    );
    await expect(set).rejects.toThrow(text);
  });

  it('of somebody else cannot be set', async () => {
    const [mine, theirs] = [await exitWorld(t), await exitWorld(t)];
    for (const [layer, place] of [
      ['STRATEGY', theirs.strategy.id],
      ['SUBSCRIPTION', theirs.subscription.id],
      ['TRADE', await theirs.open()],
    ] as const) {
      const set = t.asActor(mine.user.id, (client) =>
        client.query(`select fn.exit_rules_set($1, $2, '{}')`, [layer, place]),
      );
      await expect(set).rejects.toMatchObject({ code: 'LK404' });
    }
  });

  it('by time come from hours, trading days and the end of the day, the earliest of them', async () => {
    const due = async (market: string, opened: string, rules: object) =>
      (
        await t.owner.query('select fn.exit_due($1, $2, $3::jsonb) as at', [
          market,
          opened,
          JSON.stringify({ end_of_day: false, end_of_day_s: 300, ...rules }),
        ])
      ).rows[0].at?.toISOString() ?? null;
    const friday = '2026-03-06T16:00:00Z';
    expect(await due('XNYS', friday, {})).toBeNull();
    expect(await due('XNYS', friday, { max_hold_hours: '120' })).toBe('2026-03-11T16:00:00.000Z');
    expect(await due('XNYS', friday, { end_of_day: true })).toBe('2026-03-06T20:55:00.000Z');
    // the Monday after begins daylight saving: 16:00 in New York is 20:00 UTC
    expect(await due('XNYS', friday, { max_hold_days: 1 })).toBe('2026-03-09T19:55:00.000Z');
    expect(await due('CRYPTO', friday, { end_of_day: true })).toBe('2026-03-06T23:55:00.000Z');
    expect(await due('CRYPTO', friday, { max_hold_days: 1, max_hold_hours: '2' })).toBe(
      '2026-03-06T18:00:00.000Z',
    );
  });
});

describe('each reason', () => {
  const PRICES = {
    LONG: { stop: '97.5', hard: '95', up: '101', target: '110' },
    SHORT: { stop: '102.5', hard: '105', up: '99', target: '90' },
  };
  for (const direction of ['LONG', 'SHORT'] as const) {
    const p = PRICES[direction];
    let w: ExitWorld;
    beforeAll(async () => {
      w = await exitWorld(t, { rules: { target_pct: '10' } });
    });

    it(`nothing fires a ${direction} between its triggers`, async () => {
      const id = await w.open({ direction });
      expect(await w.price(p.up)).toEqual([]);
      expect(await w.intents(id)).toEqual([]);
    });

    it(`STOP_LOSS of a ${direction} rests as a limit at the touch and the offset, and fires from its price on`, async () => {
      const id = await w.open({ direction });
      expect(await w.price(p.stop, { bid: '97.50', ask: '102.50' })).toContain('STOP_LOSS');
      const [intent] = await w.intents(id);
      expect(intent).toMatchObject({
        exit_reason: 'STOP_LOSS',
        status: 'PLACED',
        rest_then: 'MARKET',
        rest_seconds: 5,
        episode_id: 1,
      });
      const [order] = await w.orders(id);
      expect([order.order_type, order.side, Number(order.qty)]).toEqual([
        'LIMIT',
        direction === 'LONG' ? 'SELL' : 'BUY',
        10,
      ]);
      expect(Number(order.limit_price)).toBe(direction === 'LONG' ? 97.5 : 102.51);
      expect(Number(order.limit_price)).toBe(Number(intent.limit_price));
      expect((await w.tradeOf(id)).status).toBe('EXITING');
      await w.fill(order.id, '10', p.stop);
      expect(await w.tradeOf(id)).toMatchObject({ status: 'CLOSED', exit_reason: 'STOP_LOSS' });
      expect(Number((await w.tradeOf(id)).exit_trigger_price)).toBe(Number(p.stop));
      expect((await w.intents(id))[0]).toMatchObject({ status: 'FILLED' });
    });

    it(`HARD_STOP of a ${direction} goes at market, and lists the stop that held too`, async () => {
      const id = await w.open({ direction });
      expect(await w.price(p.hard)).toContain('HARD_STOP');
      const [intent] = await w.intents(id);
      expect(intent).toMatchObject({
        exit_reason: 'HARD_STOP',
        also_satisfied: ['STOP_LOSS'],
        order_type: 'MARKET',
      });
      const [order] = await w.orders(id);
      await w.fill(order.id, '10', p.hard);
    });

    it(`TARGET_HIT of a ${direction} has a limit that is never worse than the target`, async () => {
      const id = await w.open({ direction });
      const worse = direction === 'LONG' ? '109' : '91';
      expect(await w.price(p.target, { bid: worse, ask: worse })).toContain('TARGET_HIT');
      const [order] = await w.orders(id);
      expect([order.order_type, Number(order.limit_price)]).toEqual(['LIMIT', Number(p.target)]);
      await w.fill(order.id, '10', p.target);
      expect(await w.tradeOf(id)).toMatchObject({ status: 'CLOSED', exit_reason: 'TARGET_HIT' });
    });
  }

  it('one stretch of ticks that satisfies stop and target is a stop', async () => {
    const w = await exitWorld(t, { rules: { target_pct: '10' } });
    const id = await w.open();
    const { triggers_version: version } = await w.tradeOf(id);
    const { raised } = await w.raise({
      trade_id: id,
      low: '97',
      high: '111',
      last: '100',
      version,
      by: 'BOOK',
    });
    expect(raised).toEqual([{ trade_id: id, reason: 'STOP_LOSS' }]);
    expect((await w.intents(id))[0]?.also_satisfied).toEqual(['TARGET_HIT']);
  });

  it('the extremes of a stretch count only with the triggers that it was watched with, or from after they were set', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    const { triggers_version: version, triggers_at: at } = await w.tradeOf(id);
    const seen = { trade_id: id, low: '90', high: '100', last: '100' };
    expect((await w.raise({ ...seen, version: version - 1 })).raised).toEqual([]);
    expect(
      (await w.raise({ ...seen, version: version - 1, since: new Date(at.getTime() - 1) })).raised,
    ).toEqual([]);
    expect((await w.raise({ ...seen, version: version - 1, since: at })).raised).toHaveLength(1);
  });

  it('MAX_HOLD_TIME fires at its time, quote or none', async () => {
    const w = await exitWorld(t, { rules: { max_hold_hours: '1' } });
    const id = await w.open();
    await t.advanceClock(3_599_999);
    expect((await w.sweep()).raised).toEqual([]);
    await t.advanceClock(1);
    const { raised, jobs } = await w.sweep();
    expect(raised).toEqual([{ trade_id: id, reason: 'MAX_HOLD_TIME' }]);
    await w.work(jobs);
    // no good quote: a limit at the touch cannot be named
    expect((await w.orders(id))[0]).toMatchObject({ order_type: 'MARKET' });
  });

  it('a price that a worker slept on satisfies nothing', async () => {
    const w = await exitWorld(t);
    const id = await w.open();
    const at = t.now();
    await t.advanceClock(11_000);
    await w.quote('100');
    expect((await w.raise({ trade_id: id, last: '90', at })).raised).toEqual([]);
    expect((await w.raise({ trade_id: id, last: '90', at: t.now() })).raised).toHaveLength(1);
  });

  it('prices of a bad quote satisfy nothing', async () => {
    const w = await exitWorld(t);
    await w.open();
    await w.quote('90');
    await t.advanceClock(61_000);
    expect((await w.sweep()).raised).toEqual([]);
  });
});
