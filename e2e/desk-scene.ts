/**
 * A desk as it looks on a working day: somebody with two months of trades behind her, two accounts, trades open in profit
 * and loss, closed ones, refusals and an entry that rests. Entry points: deskScene, Scene. Her first months are written by
 * the owner of the database; everything of today comes by alerts through the pipeline.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import pg from 'pg';
import { bigAccount } from '../prisma/tests/big-account.ts';
import {
  insertAccount,
  insertStrategy,
  insertSubscription,
  insertWebhookSource,
} from '../prisma/tests/factories.ts';
import { hashPassword } from '../server/crypto.ts';

interface Person {
  email: string;
  password: string;
}

export interface Scene extends Person {
  /** Somebody whose desk is empty. */
  newcomer: Person;
  strategy: string;
  account: string;
  /** The signal that became trades, and the one that was refused. */
  signal: string;
  refused: string;
}

const PAST_SYMBOLS = ['ADA', 'BCH', 'ETC', 'FIL', 'HBAR', 'ICP', 'NEAR', 'XLM'];
const PAST = {
  closed: 320,
  open: 0,
  symbols: PAST_SYMBOLS.length,
  step: '4 hours',
  withdrawn: 0,
  together: 1,
  // wins and losses without a pattern, a little more won than lost
  gain: 'round((((n::bigint * n * 7919 + n * 104729) % 1009) - 470) / 90.0, 2)',
};
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** So many minutes of prices before the first alert. */
const CANDLES = 90;
const CLOSED_WITHIN_MS = 90_000;

interface Alert {
  symbol: string;
  direction: 'long' | 'short';
  price: number;
  /** How far stop and target are, in percent of the price. */
  levels: [stop: number, target: number];
  limit?: number;
}

/** Far levels: they stay open. Symbols that nobody has seen begin at the alert's price. */
const OPEN: readonly Alert[] = [
  { symbol: 'AVAX-USD', direction: 'long', price: 28.4, levels: [9, 16] },
  { symbol: 'LINK-USD', direction: 'long', price: 14.85, levels: [8, 14] },
  { symbol: 'LTC-USD', direction: 'short', price: 71.3, levels: [9, 15] },
  { symbol: 'XRP-USD', direction: 'long', price: 0.6215, levels: [8, 12] },
  { symbol: 'ATOM-USD', direction: 'short', price: 9.142, levels: [10, 18] },
];
/** Close levels: the market takes them out within a minute or so. */
const QUICK: readonly Alert[] = [
  { symbol: 'UNI-USD', direction: 'long', price: 7.318, levels: [0.5, 0.6] },
  { symbol: 'AAVE-USD', direction: 'short', price: 96.4, levels: [0.5, 0.7] },
  { symbol: 'ARB-USD', direction: 'long', price: 1.124, levels: [0.5, 0.5] },
  { symbol: 'DOT-USD', direction: 'long', price: 6.42, levels: [0.4, 0.8] },
];
const RESTING: readonly Alert[] = [
  { symbol: 'ALGO-USD', direction: 'long', price: 0.1872, levels: [12, 15], limit: 0.176 },
];

const body = ({ symbol, direction, price, levels: [stop, target], limit }: Alert) => {
  const up = direction === 'long' ? 1 : -1;
  const at = (percent: number) => Number((price * (1 + (up * percent) / 100)).toPrecision(6));
  const levels = { stop: at(-stop), target: at(target) };
  return { action: 'entry', symbol, direction, price, ...levels, ...(limit ? { limit_price: limit } : {}) };
};

/** Once for an installation: a worker that starts anew after a failed story finds what the one before has made. */
export async function deskScene(databaseUrl: string, url: string): Promise<Scene> {
  const file = path.join(path.dirname(process.env.LOCKSTEP_E2E_READY ?? ''), 'desk-scene.json');
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known) return JSON.parse(known);
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  try {
    const { token, ...person } = await putPerson(owner);
    const scene = { ...person, ...(await play(owner, `${url}/api/webhook/${token}`, person.account)) };
    await writeFile(file, JSON.stringify(scene));
    return scene;
  } finally {
    await owner.end();
  }
}

async function putUser(owner: pg.Pool, name: string, tag: string): Promise<Person & { id: string }> {
  const email = `${name.toLowerCase()}-${tag}@lockstep.demo`;
  const password = randomBytes(12).toString('hex');
  const { rows } = await owner.query<{ id: string }>(
    `select fn.user_create($1, $2, 'user', 'Europe/London', $3) as id`,
    [email, name, await hashPassword(password)],
  );
  return { email, password, id: rows[0]?.id ?? '' };
}

async function putPerson(owner: pg.Pool) {
  const tag = randomBytes(2).toString('hex');
  const { id: userId, email, password } = await putUser(owner, 'Nora', tag);
  const { id: _, ...newcomer } = await putUser(owner, 'Iris', tag);
  const now = new Date().toISOString();
  const past = await bigAccount(owner, {
    now: new Date(Date.now() - DAY_MS / 8).toISOString(),
    userId,
    size: PAST,
    account: { name: 'Swing', capital: '25000', reconciled_at: now },
    instrument: (n) => ({ symbol: `${PAST_SYMBOLS[n]}-USD` }),
  });
  await owner.query(`update public.strategies set name = 'Opening range' where id = $1`, [past.strategy.id]);
  await owner.query(`update public.daily_pnl set strategy_name = 'Opening range' where strategy_id = $1`, [
    past.strategy.id,
  ]);
  await owner.query(
    `update public.account_days a set fees = 0, realised = coalesce(
       (select sum(d.pnl) from public.daily_pnl d where d.user_broker_id = a.user_broker_id and d.day = a.day), 0)
     where a.user_broker_id = $1`,
    [past.account.id],
  );
  const strategy = await insertStrategy(owner, userId, { name: 'Breakout 15m' });
  const source = await insertWebhookSource(owner, strategy, { name: 'TradingView' });
  const main = await insertAccount(owner, userId, {
    name: 'Main',
    capital: '100000',
    taker_bps: '2',
    reconciled_at: now,
  });
  const growth = await insertAccount(owner, userId, {
    name: 'Growth',
    capital: '50000',
    taker_bps: '2',
    reconciled_at: now,
  });
  for (const account of [past.account, main, growth]) {
    await owner.query(
      `insert into public.reconciliation_runs (user_id, user_broker_id, started_at, finished_at, outcome)
       values ($1, $2, $3, $3, 'AGREED')`,
      [userId, account.id, now],
    );
  }
  const size = (mode: string, value: string) => ({ sizing_mode: mode, sizing_value: value });
  await insertSubscription(owner, main, strategy.id, size('FIXED_NOTIONAL', '900'));
  await insertSubscription(owner, growth, strategy.id, size('PERCENT_OF_CAPITAL', '1.2'));
  return { email, password, newcomer, strategy: strategy.id, account: main.id, token: source.token };
}

/** The symbol with its prices of the last hour and a half, which end at the alert's. */
async function putPrices(owner: pg.Pool, { symbol, price }: Alert): Promise<void> {
  const { rows } = await owner.query<{ id: string }>('select fn.instrument_ensure_simulated($1, $2) as id', [
    symbol,
    price,
  ]);
  const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  const random = seeded(symbol);
  const candles: Record<string, unknown>[] = [];
  for (let n = 1, close = price; n <= CANDLES; n += 1) {
    const open = close * (1 + (random() - 0.5) * 0.016);
    const [high, low] = [Math.max(open, close), Math.min(open, close)];
    candles.push({
      opens_at: new Date(minute - n * MINUTE_MS).toISOString(),
      open,
      close,
      high: high * (1 + random() * 0.003),
      low: low * (1 - random() * 0.003),
    });
    close = open;
  }
  await owner.query(
    `insert into public.candles (instrument_id, timeframe, opens_at, open, high, low, close, volume, complete)
     select $1, '1m', c.opens_at, round(c.open, 6), round(c.high, 6), round(c.low, 6), round(c.close, 6), 100, true
     from jsonb_to_recordset($2::jsonb) c (opens_at timestamptz, open numeric, high numeric, low numeric, close numeric)`,
    [rows[0]?.id, JSON.stringify(candles)],
  );
}

/** The same prices at every run. */
function seeded(text: string): () => number {
  let state = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function play(owner: pg.Pool, webhook: string, account: string) {
  const send = async (data: Record<string, unknown>): Promise<string> => {
    const answer = await fetch(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return JSON.parse(text).signal_id;
  };
  const closed = async () => {
    const found = await owner.query<{ n: number }>(
      `select count(*)::int as n from public.trades where user_broker_id = $1 and status = 'CLOSED'`,
      [account],
    );
    return found.rows[0]?.n ?? 0;
  };
  for (const alert of [...OPEN, ...QUICK, ...RESTING]) await putPrices(owner, alert);
  for (const alert of [...QUICK, ...RESTING]) await send(body(alert));
  await expect.poll(closed, { timeout: CLOSED_WITHIN_MS }).toBe(QUICK.length);
  const refused = await send({ action: 'entry', symbol: 'SOL-USD', direction: 'long', stop: 100_000 });
  await send({ action: 'entry', symbol: 'SPY', direction: 'long', stop: 100, target: 1_000 });
  const signals: string[] = [];
  for (const alert of OPEN) signals.push(await send(body(alert)));
  return { signal: signals[0] ?? '', refused };
}
