/** Replays through the real handlers: of the shared market data where it is present, and of a file made here. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import pino from 'pino';
import { describe, expect, inject, it } from 'vitest';
import { JOBS } from '#jobs/jobs.ts';
import { rowsOf, type TestDatabase, useDatabase } from '#prisma/tests/harness.ts';
import { LOGIN_ROLES, OWNER_ROLE } from '#scripts/database-home.ts';
import { urlOf } from '#scripts/embedded-postgres.ts';
import { openReplayDatabase } from '#scripts/replay-database.ts';
import { readEnv } from '#server/env.ts';
import { type Bar, parseBars } from '#server/market/feeds/bars-file.ts';
import type { ReplayReport } from '#server/replay/report.ts';
import { parseRules, type ReplayRules } from '#server/replay/rules-file.ts';
import { runReplay } from '#server/replay/run-replay.ts';
import { parseSignals, type ReplaySignal } from '#server/replay/signals-file.ts';

const SHARED = process.env.LOCKSTEP_SHARED ?? '../shared';
const FIXTURES = path.resolve('server/replay/fixtures');
const REASONS = [
  'HARD_STOP',
  'KILL_SWITCH',
  'MANUAL',
  'MAX_HOLD_TIME',
  'SIGNAL_EXIT',
  'STOP_LOSS',
  'TARGET_HIT',
  'TRAILING_STOP',
];

interface Given {
  symbol: string;
  market: string;
  bars: readonly Bar[];
  signals: readonly ReplaySignal[];
  rules: ReplayRules;
  seed?: string;
  everyTick?: boolean;
}

async function replayIn(db: TestDatabase, given: Given): Promise<ReplayReport> {
  const { bars, signals, rules } = given;
  const { report } = await runReplay({
    urls: {
      owner: db.url('owner'),
      web: db.url('lockstep_web'),
      worker: db.url('lockstep_worker'),
      paper: db.url('lockstep_paper'),
    },
    options: {
      symbol: given.symbol,
      market: given.market,
      seed: given.seed ?? '1',
      speed: null,
      everyTick: given.everyTick ?? false,
    },
    ...{ bars, signals, rules, jobs: JOBS, log: pino({ level: 'silent' }) },
  });
  return report;
}

function shared(name: string, fixture: string): Pick<Given, 'bars' | 'signals' | 'rules'> {
  return {
    bars: parseBars(readFileSync(path.join(SHARED, 'data', `${name}.csv`), 'utf8')),
    signals: parseSignals(readFileSync(path.join(FIXTURES, `${fixture}.signals.csv`), 'utf8')),
    rules: parseRules(readFileSync(path.join(FIXTURES, `${fixture}.rules.json`), 'utf8')),
  };
}

describe.skipIf(!existsSync(path.join(SHARED, 'data'))).each([
  ['spy_1m_2013-10-04_11', 'spy', 'SPY', 'XNYS'],
  ['btcusd_coinbase_1m_2018-04-04_06', 'btc', 'BTCUSD', 'CRYPTO'],
  ['nifty50_1m_2019-01-01_04', 'nifty', 'NIFTY', 'XNSE'],
])('a replay of %s', (name, fixture, symbol, market) => {
  const first = useDatabase({ clock: null });
  const second = useDatabase({ clock: null });

  it('goes both ways, leaves by every reason, violates nothing, and repeats to the last digit', {
    timeout: 300_000,
  }, async () => {
    const given = { symbol, market, ...shared(name, fixture) };
    const report = await replayIn(first, given);
    expect(report.bars).toBe(given.bars.length);
    expect(report.ticks).toBe(4 * given.bars.length);
    expect(given.signals.length).toBeGreaterThanOrEqual(30);
    expect(report.signals).toBe(given.signals.length);
    const directions = given.signals.map((signal) => signal.direction);
    expect(directions).toEqual(expect.arrayContaining(['long', 'short']));
    expect(Object.keys(report.exits)).toEqual(REASONS);
    expect(report.trades.opened).toBeGreaterThan(30);
    expect(report.invariantViolations).toBe(0);
    await first.expectInvariantsHold();
    const { durationMs: _, ...again } = await replayIn(second, given);
    expect(again).toEqual({ ...report, durationMs: undefined, ...again });
    expect(again.digest).toBe(report.digest);
  });
});

const START = Date.parse('2026-11-21T12:00:00Z');

/** Minutes of a 24/7 market whose closes are given; each opens where the one before closed. */
function barsOf(closes: readonly number[]): Bar[] {
  return closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    return {
      at: START + i * 60_000,
      open,
      high: Math.max(open, close),
      low: Math.min(open, close),
      close,
      volume: 10,
    };
  });
}

const line = (
  minute: number,
  action: ReplaySignal['action'],
  more: Partial<ReplaySignal> = {},
): ReplaySignal => ({
  ...{
    at: START + minute * 60_000,
    symbol: 'TESTUSD',
    action,
    direction: 'long',
    price: null,
    stop: null,
    target: null,
  },
  line: minute + 2,
  ...more,
});

const RULES: ReplayRules = parseRules(
  JSON.stringify({
    exitRules: { stop_pct: '1', hard_stop_pct: '3', target_pct: '2', trail_arm_pct: null },
    limits: { CONSECUTIVE_LOSSES: null },
  }),
);
const given = (closes: readonly number[], signals: readonly ReplaySignal[], rules = RULES): Given => ({
  ...{ symbol: 'TESTUSD', market: 'CRYPTO', bars: barsOf(closes), signals, rules },
});

describe('a replay of a file made here', () => {
  const target = useDatabase({ clock: null });
  it('sells at the target that the second bar reaches, and not before', async () => {
    const report = await replayIn(
      target,
      given([100, 100, 100, 101, 103, 103, 103, 103], [line(1, 'entry')]),
    );
    expect(report).toMatchObject({
      signals: 1,
      intents: { approved: 1, rejected: 0 },
      trades: { opened: 1, closed: 1 },
      exits: { TARGET_HIT: 1 },
    });
    expect(report.realizedPnl).toBeGreaterThan(15);
    const [trade] = await rowsOf<{ opened_at: Date; closed_at: Date }>(
      target.worker,
      'select opened_at, closed_at from trades',
    );
    expect(trade?.opened_at.getTime()).toBeGreaterThan(START + 60_000);
    expect(trade?.opened_at.getTime()).toBeLessThan(START + 61_000);
    expect(trade?.closed_at.getTime()).toBeGreaterThan(START + 4 * 60_000);
    expect(trade?.closed_at.getTime()).toBeLessThan(START + 5 * 60_000);
  });

  const flattened = useDatabase({ clock: null });
  it('lifts the halt of a flatten once everything is flat, so that the next entry trades', async () => {
    const signals = [
      line(1, 'entry'),
      line(3, 'flatten', { direction: null }),
      line(6, 'entry', { direction: 'short' }),
      line(8, 'close', { direction: null }),
    ];
    const report = await replayIn(
      flattened,
      given(
        new Array(12).fill(100).map((p, i) => p + (i % 2) / 10),
        signals,
      ),
    );
    expect(report).toMatchObject({ trades: { opened: 2, closed: 2 }, exits: { KILL_SWITCH: 1, MANUAL: 1 } });
  });

  const [trusting, asking] = [useDatabase({ clock: null }), useDatabase({ clock: null })];
  it('comes to the same result when the database is asked about every tick', {
    timeout: 120_000,
  }, async () => {
    const closes = Array.from({ length: 60 }, (_, i) => 100 + 3 * Math.sin(i / 5) + (i % 3) / 10);
    const signals = [
      line(2, 'entry'),
      line(20, 'entry', { direction: 'short' }),
      line(38, 'entry'),
      line(45, 'exit'),
    ];
    const quiet = await replayIn(trusting, given(closes, signals));
    expect(quiet.trades.opened).toBeGreaterThanOrEqual(3);
    const busy = await replayIn(asking, { ...given(closes, signals), everyTick: true });
    expect({ ...busy, durationMs: 0 }).toEqual({ ...quiet, durationMs: 0 });
  });

  const limited = useDatabase({ clock: null });
  it('latches the daily loss limit between two signals, at the tick that reaches it', async () => {
    const rules = parseRules(
      JSON.stringify({
        exitRules: { stop_pct: '10', hard_stop_pct: '20', target_pct: null, trail_arm_pct: null },
        subscription: { sizing_mode: 'FIXED_QTY', sizing_value: 10 },
        limits: { DAILY_LOSS_LIMIT: 20, CONSECUTIVE_LOSSES: null },
      }),
    );
    const closes = [100, 100, 100, 97.5, 100, 100, 100, 100, 100];
    const report = await replayIn(
      limited,
      given(closes, [line(1, 'entry'), line(5, 'close'), line(6, 'entry')], rules),
    );
    expect(report.intents).toEqual({ approved: 1, rejected: 1 });
    const [day] = await rowsOf<{ loss_hit_at: Date }>(limited.worker, 'select loss_hit_at from account_days');
    expect(day?.loss_hit_at.getTime()).toBeGreaterThan(START + 3 * 60_000);
    expect(day?.loss_hit_at.getTime()).toBeLessThan(START + 4 * 60_000);
    expect(
      await rowsOf(limited.worker, `select reason_code from trade_intents where status = 'REJECTED'`),
    ).toEqual([{ reason_code: 'DAILY_LOSS_LIMIT' }]);
  });
});

describe('the database of a replay', () => {
  it('lies beside the configured one, belongs to an owner without superuser rights, and is gone afterwards', async () => {
    const url = (role: string) => urlOf(role, role, inject('testServer').port, 'postgres');
    const [web, worker, paper] = LOGIN_ROLES.map(url);
    const made = await openReplayDatabase(
      readEnv({
        DATABASE_URL: url(OWNER_ROLE),
        DATABASE_URL_WEB: web,
        DATABASE_URL_WORKER: worker,
        DATABASE_URL_PAPER: paper,
      }),
    );
    const name = new URL(made.urls.owner).pathname.slice(1);
    const exists = async () => {
      const client = new pg.Client({ connectionString: url(OWNER_ROLE) });
      await client.connect();
      const { rows } = await client.query(
        'select r.rolsuper from pg_database d join pg_roles r on r.oid = d.datdba where d.datname = $1',
        [name],
      );
      await client.end();
      return rows;
    };
    expect(await exists()).toEqual([{ rolsuper: false }]);
    await made.close();
    expect(await exists()).toEqual([]);
  });
});
