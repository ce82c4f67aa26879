import { describe, expect, it } from 'vitest';
import { insertInstrument, insertWebhookSource, putQuote } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { contextOf, type EntryWorld, entryWorld } from '#prisma/tests/intent-world.ts';
import { sha256 } from '#server/crypto.ts';
import { one } from '#server/db.ts';
import { seedOf, uniform } from '#server/market/random.ts';
import { acceptSignals } from '#server/pipeline/1-signal/accept-signal.ts';
import { applySignals } from '#server/pipeline/1-signal/apply-signal.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';

const db = useDatabase({ max: 14 });
/** Connections at once, and acts of each. */
const LANES = 12;
const ACTS = Number(process.env.DRILL_ACTS ?? 40);
const SEED = process.env.DRILL_SEED ?? '1';

/** Refusals that an act may rightly meet; a deadlock or a broken rule is none. */
const EXPECTED = /^LK4/;
const SYMBOLS = 2;

type Dice = (below: number) => number;

const mixed = <T>(rows: readonly T[], dice: Dice): T[] =>
  rows
    .map((row) => ({ row, at: dice(1_000_000) }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);

/** Ids of some rows in a random order, so that only the functions' own order keeps them apart. */
async function some(dice: Dice, table: string, where: string, limit = 8): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db.owner,
    `select id from public.${table} where ${where} order by md5(id::text || $1) limit ${limit}`,
    [String(dice(1000))],
  );
  return mixed(
    rows.map(({ id }) => id),
    dice,
  );
}

interface Ground {
  world: EntryWorld;
  tokens: string[];
  instruments: { id: string; symbol: string }[];
}

const call = (text: string, ...values: unknown[]) => db.worker.query(`select ${text}`, values);

/** Every act that locks rows, as the processes do it; each picks its rows by the dice. */
const ACTS_BY_NAME: Readonly<Record<string, (g: Ground, dice: Dice) => Promise<unknown>>> = {
  alert: (g, dice) => {
    const items = Array.from({ length: 4 }, () => {
      const action = ['ENTRY', 'ENTRY', 'EXIT', 'ADD'][dice(4)] ?? 'ENTRY';
      const direction = action === 'ADD' || dice(2) ? 'LONG' : 'SHORT';
      return {
        token_hash: g.tokens[dice(g.tokens.length)] ?? '',
        request_id: 'x',
        elapsed_us: 1,
        body_hash: 'aa',
        key: `k${dice(1e9)}`,
        symbol: g.instruments[dice(SYMBOLS)]?.symbol,
        action,
        direction: action === 'EXIT' ? null : direction,
      };
    });
    return acceptSignals({ pool: db.web, queue: { enqueue: async () => undefined } }, items);
  },
  apply: async (_, dice) =>
    applySignals(
      contextOf(db),
      await some(dice, 'signals', `status = 'PUBLISHED' and applied_at is null`, 3),
    ),
  'fan out': async (_, dice) =>
    fanOut(
      contextOf(db),
      await some(
        dice,
        'signals',
        `status = 'PUBLISHED' and action in ('ENTRY', 'ADD') and fanned_out_at is null`,
        3,
      ),
    ),
  decide: async (_, dice) =>
    decideDeliveries(contextOf(db), await some(dice, 'signal_deliveries', `status = 'PENDING'`)),
  'claim and record': async (_, dice) => {
    const ids = await some(dice, 'orders', `status = 'CREATED'`);
    const { out } = await one<{ out: { orders: { id: string; attempt: number }[] } }>(
      db.worker,
      `select fn.orders_claim($1, 'w') as out`,
      [ids],
    );
    const reports = mixed(out.orders, dice).map(({ id, attempt }) =>
      dice(8) === 0
        ? { order_id: id, outcome: 'REJECTED', code: 'X', attempt }
        : { order_id: id, outcome: 'ACCEPTED', broker_order_id: `b-${id}`, attempt },
    );
    await call('fn.orders_record($1)', JSON.stringify(reports));
  },
  fill: async (_, dice) => {
    const ids = await some(dice, 'orders', `status in ('PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')`, 4);
    const fills = ids.map((id) => ({
      order_id: id,
      broker_fill_id: `f-${id}-${dice(3)}`,
      qty: '2.5',
      price: String(95 + dice(10)),
      fee: '0.1',
      occurred_at: db.now(),
      via: 'STREAM',
    }));
    await call('fn.fills_apply($1)', JSON.stringify(fills));
  },
  cancel: async (_, dice) => {
    for (const id of await some(dice, 'orders', `status in ('CREATED', 'PLACED', 'PARTIALLY_FILLED')`, 2))
      await call(`fn.order_cancel_request($1, '{"code": "DRILL"}')`, id);
    const asked = await some(dice, 'orders', `status = 'CANCEL_REQUESTED'`, 4);
    const reports = asked.map((id) => ({
      order_id: id,
      outcome: ['CANCELLED', 'CANCEL_REFUSED', 'OPEN'][dice(3)],
      via: 'POLL',
    }));
    await call('fn.orders_record($1)', JSON.stringify(reports));
  },
  raise: async (_, dice) => {
    const ids = await some(dice, 'trades', `status in ('OPEN', 'EXITING')`);
    await call(
      'fn.exits_raise($1)',
      JSON.stringify(ids.map((trade_id) => ({ trade_id, last: String(90 + dice(20)) }))),
    );
  },
  qualify: async (_, dice) =>
    call('fn.exit_qualify($1)', await some(dice, 'exit_intents', `status = 'PENDING'`)),
  'exit sweeps': async () => {
    await call('fn.exit_sweep()');
    await call('fn.exit_rest_sweep()');
    await call('fn.unprotected_refresh()');
    await call('fn.entries_halted_withdraw()');
  },
  'other sweeps': async () => {
    for (const text of [
      'fn.stuck_sweep()',
      'fn.deliveries_sweep(50)',
      'fn.signals_expire()',
      'fn.orders_lost(50)',
      'fn.orders_due(50)',
      'fn.entries_reprice(50)',
    ])
      await call(text);
  },
  'mark days': async (g, dice) =>
    call(
      'fn.account_days_mark($1)',
      mixed(g.world.followers, dice).map(({ id }) => id),
    ),
  'close by hand': async (g, dice) => {
    const follower = g.world.followers[dice(g.world.followers.length)];
    const [id] = await some(
      dice,
      'trades',
      `status in ('OPEN', 'EXITING', 'ENTERING') and user_id = '${follower?.user_id}'`,
      1,
    );
    if (id === undefined) return;
    const act = dice(3) === 0 ? 'fn.trade_exit_withdraw($1)' : 'fn.trade_close_manual($1)';
    await db.asActor(follower?.user_id ?? '', (client) => client.query(`select ${act}`, [id]));
  },
  switch: (g, dice) => {
    const follower = g.world.followers[dice(g.world.followers.length)];
    const [scope, target] =
      [
        ['PLATFORM', null],
        ['USER', follower?.user_id],
        ['ACCOUNT', follower?.id],
      ][dice(3)] ?? [];
    return db.owner.query(`select fn.switch_throw($1, $2, $3, 'drill', null)`, [
      scope,
      target,
      ['HALT', 'FLATTEN'][dice(8)] ?? 'OFF',
    ]);
  },
  disable: async (g, dice) => {
    const { id } = g.world.followers[dice(g.world.followers.length)] ?? { id: '' };
    const status = dice(6) ? 'ACTIVE' : 'DISABLED';
    await db.owner.query(
      `update public.user_brokers set status = $2, disabled_at = case $2 when 'DISABLED' then fn.clock() end where id = $1`,
      [id, status],
    );
  },
  rules: (g, dice) =>
    db.owner.query(`select fn.exit_rules_put('STRATEGY', null, $1, $2, $3, $2)`, [
      g.world.strategy.id,
      g.world.strategy.user_id,
      { stop_pct: String(2 + dice(3)), trail_arm_pct: null },
    ]),
  rebuild: async (g, dice) => {
    const { id } = g.world.followers[dice(g.world.followers.length)] ?? { id: '' };
    await call('fn.fifo_rebuild($1, $2)', id, g.instruments[dice(SYMBOLS)]?.id);
    await call('fn.daily_pnl_rebuild($1)', id);
  },
  reconcile: async (g, dice) => {
    const { id } = g.world.followers[dice(g.world.followers.length)] ?? { id: '' };
    const differences = dice(2)
      ? []
      : [{ code: 'QTY_MISMATCH', instrument_id: g.instruments[dice(SYMBOLS)]?.id }];
    await call(`fn.reconcile_record($1, fn.clock(), 'DIFFERED', $2, '{}')`, id, JSON.stringify(differences));
  },
  quote: async (g, dice) => {
    const rows = mixed(g.instruments, dice).map(({ id }) => ({
      instrument_id: id,
      last: String(90 + dice(20)),
      source_time: db.now(),
    }));
    await call('fn.quotes_put($1, null)', JSON.stringify(rows));
  },
};

/** The way of an entry, taken more often than the rest. */
const FLOW = ['alert', 'apply', 'fan out', 'decide', 'claim and record', 'fill'];

describe('twelve connections that do everything at once, in random order', () => {
  it(`never deadlock and break nothing (seed ${SEED})`, async () => {
    const world = await entryWorld(db, { accounts: 4, subscription: { rebuys: true } });
    await db.owner.query('delete from public.risk_limits');
    const instruments = [world.instrument];
    while (instruments.length < SYMBOLS) instruments.push(await insertInstrument(db.owner));
    for (const { id } of instruments) await putQuote(db.owner, id, '100', db.now());
    const source = await insertWebhookSource(db.owner, world.strategy, {
      entries_per_minute: 600_000,
      entries_burst: 10_000,
    });
    const ground = { world, instruments, tokens: [sha256(source.token).toString('hex')] };

    const wrong: string[] = [];
    const done = new Map<string, number>();
    const names = [...Object.keys(ACTS_BY_NAME), ...FLOW, ...FLOW];
    const lane = async (n: number) => {
      const seed = seedOf(SEED, `lane ${n}`);
      let step = 0;
      const dice: Dice = (below) => {
        step += 1;
        return Math.floor(uniform(seed, step, 0) * below);
      };
      for (let act = 0; act < ACTS; act += 1) {
        const name = names[dice(names.length)] ?? '';
        try {
          await ACTS_BY_NAME[name]?.(ground, dice);
          done.set(name, (done.get(name) ?? 0) + 1);
        } catch (error) {
          const { code = '', message } = error as { code?: string; message: string };
          if (!EXPECTED.test(code)) wrong.push(`${name}: ${code} ${message}`);
        }
        if (act % 10 === 9) await db.advanceClock(1_500);
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)));
    expect(wrong).toEqual([]);
    expect(done.size).toBe(Object.keys(ACTS_BY_NAME).length);
    const { fills } = await one<{ fills: number }>(
      db.owner,
      'select count(*)::int as fills from public.trade_fills',
    );
    expect(fills).toBeGreaterThan(0);
    const violations = await rowsOf(
      db.owner,
      `select * from fn.invariants() where name not like '%soon' and name not like '%live_order'`,
    );
    expect(violations).toEqual([]);
  });
});
