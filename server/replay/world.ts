/**
 * The rows of a replay's own database: one person, one paper account, one strategy that trades both ways, one
 * instrument. Entry point: `makeWorld`. Invariant: ids are fixed, so that what is derived from them (keys of signals,
 * and with them the venue's randomness) is the same in every run.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { CRYPTO } from '../market/calendar.ts';
import type { Bar } from '../market/feeds/bars-file.ts';
import type { FeedInstrument } from '../market/port.ts';
import { LIMITS, type LimitCode } from '../pipeline/3-intent/limits.ts';
import type { ReplayRules } from './rules-file.ts';

const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const WORLD = {
  user: id(1),
  account: id(2),
  strategy: id(3),
  source: id(4),
  token: id(5),
  subscription: id(6),
  instrument: id(7),
} as const;

/** The credential of the replay's webhook source; it opens nothing outside its own database. */
export const REPLAY_TOKEN = 'replay';
export const REPLAY_TOKEN_HASH = createHash('sha256').update(REPLAY_TOKEN).digest('hex');

/** Starting capital in the market's currency. */
const CAPITAL = 100_000;
/** Default cap per position, and with it the default size: USD, and INR at 80 for one. */
const CAP: Readonly<Record<string, number>> = { USD: 1000, INR: 80_000 };
/** Most decimals of a price that become the tick size. */
const MAX_DECIMALS = 8;

export interface WorldOptions {
  readonly symbol: string;
  readonly market: string;
  readonly bars: readonly Bar[];
  readonly rules: ReplayRules;
}

export function currencyOf(market: string): string {
  return market === 'XNSE' || market === 'XBOM' ? 'INR' : 'USD';
}

/** Writes the rows as the owner, each under the role of the stage that owns its table. */
export async function makeWorld(owner: pg.Client, options: WorldOptions): Promise<FeedInstrument> {
  const instrument = instrumentOf(options);
  const currency = currencyOf(options.market);
  await owner.query('begin');
  await owner.query('set local role lockstep_identity');
  await owner.query(
    `insert into public.users (id, email, display_name) values ($1, 'replay@lockstep.local', 'Replay')`,
    [WORLD.user],
  );
  await owner.query('set local role lockstep_config');
  await owner.query(
    `insert into public.instruments (id, symbol, market, asset_class, currency, tick_size, lot_size)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      WORLD.instrument,
      options.symbol,
      options.market,
      instrument.assetClass,
      currency,
      String(instrument.tickSize),
      lotSizeOf(options.market),
    ],
  );
  await owner.query(
    `insert into public.user_brokers (id, user_id, name, currency, home_market, capital)
     values ($1, $2, 'Replay', $3, $4, $5)`,
    [WORLD.account, WORLD.user, currency, options.market, CAPITAL],
  );
  await owner.query(`insert into public.switches (scope) values ('PLATFORM') on conflict do nothing`);
  await owner.query('select fn.user_rows($1), fn.account_rows($2)', [WORLD.user, WORLD.account]);
  await putStrategy(owner, options.rules, currency);
  await putLimits(owner, options.rules, currency);
  await owner.query('reset role');
  if (options.rules.exitRules !== undefined) {
    await owner.query(`select fn.exit_rules_put('STRATEGY', null, $1, $2, $3::jsonb, $2)`, [
      WORLD.strategy,
      WORLD.user,
      JSON.stringify(options.rules.exitRules),
    ]);
  }
  await owner.query('commit');
  return instrument;
}

async function putStrategy(owner: pg.Client, rules: ReplayRules, currency: string): Promise<void> {
  await owner.query(
    `insert into public.strategies (id, user_id, name, sides) values ($1, $2, 'Replay', 'BOTH')`,
    [WORLD.strategy, WORLD.user],
  );
  await owner.query(
    `insert into public.webhook_sources (id, strategy_id, user_id, name) values ($1, $2, $3, 'Replay')`,
    [WORLD.source, WORLD.strategy, WORLD.user],
  );
  await owner.query(
    `insert into public.webhook_tokens (id, source_id, user_id, token_hash) values ($1, $2, $3, decode($4, 'hex'))`,
    [WORLD.token, WORLD.source, WORLD.user, REPLAY_TOKEN_HASH],
  );
  const settings = {
    sizing_mode: 'FIXED_NOTIONAL',
    sizing_value: String(CAP[currency]),
    ...rules.subscription,
  };
  const columns = Object.keys(settings).map((name) => pg.escapeIdentifier(name));
  await owner.query(
    `insert into public.subscriptions (id, user_id, user_broker_id, strategy_id, ${columns.join(', ')})
     values ($1, $2, $3, $4, ${columns.map((_, i) => `$${i + 5}`).join(', ')})`,
    [WORLD.subscription, WORLD.user, WORLD.account, WORLD.strategy, ...Object.values(settings)],
  );
}

/** Replaces the platform's limits that the rules name, as its admin would. */
async function putLimits(owner: pg.Client, rules: ReplayRules, currency: string): Promise<void> {
  for (const [code, value] of Object.entries(rules.limits ?? {})) {
    const { unit, scopes } = LIMITS[code as LimitCode];
    await owner.query(`delete from public.risk_limits where layer = 'GLOBAL' and code = $1`, [code]);
    if (value === null) continue;
    await owner.query(
      `insert into public.risk_limits (layer, code, scope, currency, value) values ('GLOBAL', $1, $2, $3, $4)`,
      [code, scopes[0], unit === 'MONEY' ? currency : null, value],
    );
  }
}

function instrumentOf({ symbol, market, bars }: WorldOptions): FeedInstrument {
  return {
    id: WORLD.instrument,
    symbol,
    market,
    assetClass: market === CRYPTO ? 'CRYPTO' : 'EQUITY',
    tickSize: tickSizeOf(market, bars),
    allowsNegative: false,
    stored: null,
  };
}

function lotSizeOf(market: string): string {
  return market === CRYPTO ? '0.000001' : '1';
}

/** The market's usual tick, or a finer power of ten where the file's prices do not lie on it. */
function tickSizeOf(market: string, bars: readonly Bar[]): number {
  const usual = market === 'XNSE' || market === 'XBOM' ? 0.05 : 0.01;
  const prices = bars.flatMap((bar) => [bar.open, bar.high, bar.low, bar.close]);
  const fits = (unit: number) =>
    prices.every((price) => Math.abs(price / unit - Math.round(price / unit)) < 1e-6);
  if (fits(usual)) return usual;
  for (let decimals = 2; decimals < MAX_DECIMALS; decimals++)
    if (fits(10 ** -decimals)) return 10 ** -decimals;
  return 10 ** -MAX_DECIMALS;
}
