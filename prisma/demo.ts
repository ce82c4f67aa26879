/**
 * The demo's cast as data: people, accounts, strategies, instruments. prisma/seed.ts turns it into rows.
 *
 * Money in the account's currency; sizes and percentages as in the tables of their names.
 */

export interface DemoUser {
  email: string;
  name: string;
  role: 'admin' | 'researcher' | 'user';
}

export interface DemoAccount {
  owner: string;
  name: string;
  capital: string;
  sizing: 'FIXED_NOTIONAL' | 'PERCENT_OF_CAPITAL' | 'RISK_PERCENT';
  size: string;
}

export interface DemoStrategy {
  owner: string;
  name: string;
  visibility: 'SHARED' | 'PRIVATE';
  sides: 'LONG' | 'BOTH';
  /** Owners whose accounts follow it. */
  followers: string[];
}

export const ADA = 'ada@lockstep.demo';
export const BEN = 'ben@lockstep.demo';

export const USERS: readonly DemoUser[] = [
  { email: 'admin@lockstep.demo', name: 'Admin', role: 'admin' },
  { email: 'researcher@lockstep.demo', name: 'Researcher', role: 'researcher' },
  { email: ADA, name: 'Ada', role: 'user' },
  { email: BEN, name: 'Ben', role: 'user' },
];

export const ACCOUNTS: readonly DemoAccount[] = [ADA, BEN].flatMap((owner) => [
  { owner, name: 'Main', capital: '100000', sizing: 'FIXED_NOTIONAL', size: '500' },
  { owner, name: 'Growth', capital: '50000', sizing: 'PERCENT_OF_CAPITAL', size: '1' },
  { owner, name: 'Careful', capital: '25000', sizing: 'RISK_PERCENT', size: '0.02' },
]);

export const STRATEGIES: readonly DemoStrategy[] = [
  { owner: ADA, name: 'Shared breakout', visibility: 'SHARED', sides: 'BOTH', followers: [ADA, BEN] },
  { owner: BEN, name: 'Private dip', visibility: 'PRIVATE', sides: 'LONG', followers: [BEN] },
];

/** Percentage stop −1 %, target +2 %, no trail. */
export const EXIT_RULES = { stop_pct: '1', target_pct: '2', trail_arm_pct: null } as const;

const crypto = (symbol: string, price: string, tick: string) => ({
  symbol,
  market: 'CRYPTO',
  asset_class: 'CRYPTO',
  currency: 'USD',
  tick_size: tick,
  lot_size: '0.000001',
  price,
});

const share = (symbol: string, price: string, market = 'XNYS', currency = 'USD', tick = '0.01') => ({
  symbol,
  market,
  asset_class: 'EQUITY',
  currency,
  tick_size: tick,
  lot_size: '1',
  price,
});

export const INSTRUMENTS = [
  crypto('BTC-USD', '64000', '0.01'),
  crypto('ETH-USD', '3100', '0.01'),
  crypto('SOL-USD', '150', '0.001'),
  share('SPY', '450'),
  share('QQQ', '380'),
  share('AAPL', '190'),
  share('MSFT', '410'),
  share('RELIANCE', '2900', 'XNSE', 'INR', '0.05'),
] as const;
