// The rows of fn.intents_load as the typed facts of a batch: the only place where their JSON is read.
// Entry point: batchOf. Throws a ZodError when a row is not what the function promises.
import { z } from 'zod';
import { Decimal } from '#server/money.ts';
import { type ExitRules, ExitRulesSchema } from '../7-exit/exit-rules.ts';
import type {
  AccountFacts,
  DecisionBatch,
  DeliveryFacts,
  InstrumentFacts,
  SignalFacts,
  StrategyFacts,
} from './context.ts';
import { LAYERS, type LimitRow } from './limits.ts';

const decimal = z.string().transform((text) => new Decimal(text));
const maybeDecimal = decimal.nullable();
const date = z.string().transform((text) => new Date(text));
const direction = z.enum(['LONG', 'SHORT']);
const sides = z.enum(['LONG', 'SHORT', 'BOTH']);
const assetClass = z.enum(['EQUITY', 'OPTION', 'CRYPTO']);
const layer = z.enum(LAYERS);
const tradeType = z.enum(['NEWBUY', 'REBUY']);

const Clock = z.object({ kind: z.literal('clock'), now: date });

const Limit = z.object({
  kind: z.literal('limit'),
  layer,
  user_id: z.string().nullable(),
  account_id: z.string().nullable(),
  subscription_id: z.string().nullable(),
  code: z.string(),
  scope: z.enum(['ORDER', 'POSITION', 'SYMBOL', 'ACCOUNT', 'USER']),
  currency: z.string().nullable(),
  asset_class: z.string().nullable(),
  value: decimal,
});

const Instrument = z.object({
  kind: z.literal('instrument'),
  id: z.string(),
  symbol: z.string(),
  asset_class: assetClass,
  market: z.string(),
  status: z.enum(['ACTIVE', 'FROZEN', 'DELISTED']),
  currency: z.string(),
  tick: decimal,
  lot: decimal,
  multiplier: decimal,
  atr: maybeDecimal,
  day_base: maybeDecimal,
  open: z.boolean(),
  closes_at: date.nullable(),
  quote: z
    .object({
      bid: maybeDecimal,
      ask: maybeDecimal,
      last: decimal,
      age_ms: z.number(),
      good: z.boolean(),
      simulated: z.boolean(),
    })
    .nullable(),
});

const Trade = z.object({
  id: z.string(),
  instrument_id: z.string(),
  strategy_id: z.string().nullable(),
  direction,
  trade_type: tradeType,
  open_qty: decimal,
  qty: decimal,
  entry_working: z.boolean(),
  exposure: decimal,
});

const Account = z.object({
  kind: z.literal('account'),
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  broker: z.string(),
  environment: z.enum(['PAPER', 'LIVE']),
  currency: z.string(),
  time_zone: z.string(),
  capital: decimal,
  operational: z.array(z.object({ code: z.string(), detail: z.record(z.string(), z.string()) })),
  trades: z.array(Trade),
  day: z.object({
    pnl: decimal,
    loss_hit_at: date.nullable(),
    loss_limit: maybeDecimal,
    loss_layer: layer.nullable(),
    profit_hit_at: date.nullable(),
    trades_opened: z.number(),
    consecutive_losses: z.number(),
    drawdown: decimal,
    last_loss_at: date.nullable(),
    loss_by_symbol: z.record(z.string(), date),
  }),
});

const Signal = z.object({
  kind: z.literal('signal'),
  id: z.string(),
  action: z.enum(['ENTRY', 'ADD']),
  direction,
  price: maybeDecimal,
  stop: maybeDecimal,
  target: maybeDecimal,
  limit_price: maybeDecimal,
  quantity: maybeDecimal,
  quantity_type: z.string().nullable(),
});

const Strategy = z.object({
  kind: z.literal('strategy'),
  id: z.string(),
  name: z.string(),
  sides,
  allowed_symbols: z.array(z.string()).nullable(),
  utility_gate: z.boolean(),
});

const Rules = z.object({ kind: z.literal('rules'), key: z.string(), rules: ExitRulesSchema });

const Delivery = z.object({
  kind: z.literal('delivery'),
  id: z.string(),
  account_id: z.string(),
  instrument_id: z.string(),
  expires_at: date,
  signal_id: z.string(),
  strategy_id: z.string(),
  /** Key of its exit rules. */
  rules: z.string(),
  subscription: z.object({
    id: z.string(),
    status: z.enum(['ACTIVE', 'PAUSED']),
    direction: sides,
    sizing_mode: z.enum(['FIXED_QTY', 'FIXED_NOTIONAL', 'PERCENT_OF_CAPITAL', 'RISK_PERCENT', 'SIGNAL_QTY']),
    sizing_value: decimal,
    rebuys: z.boolean(),
    entry_order_type: z.enum(['MARKET', 'LIMIT']),
    entry_offset_bps: decimal,
  }),
});

const Fact = z.discriminatedUnion('kind', [
  Clock,
  Limit,
  Instrument,
  Account,
  Signal,
  Strategy,
  Rules,
  Delivery,
]);
type Row<Kind extends z.output<typeof Fact>['kind']> = Extract<z.output<typeof Fact>, { kind: Kind }>;

function limitOf(row: Row<'limit'>): LimitRow {
  const { user_id, account_id, subscription_id, asset_class, ...same } = row;
  return {
    ...same,
    userId: user_id,
    accountId: account_id,
    subscriptionId: subscription_id,
    assetClass: asset_class,
  };
}

function instrumentOf(row: Row<'instrument'>): InstrumentFacts {
  const { asset_class, open, closes_at, day_base, quote, ...same } = row;
  return {
    ...same,
    assetClass: asset_class,
    dayBase: day_base,
    session: { open, closesAt: closes_at },
    quote: quote && { ...quote, ageMs: quote.age_ms },
  };
}

function accountOf(row: Row<'account'>): AccountFacts {
  const { user_id, time_zone, trades, day, ...same } = row;
  return {
    ...same,
    userId: user_id,
    timeZone: time_zone,
    trades: trades.map(({ instrument_id, strategy_id, trade_type, open_qty, entry_working, ...rest }) => ({
      ...rest,
      instrumentId: instrument_id,
      strategyId: strategy_id,
      tradeType: trade_type,
      openQty: open_qty,
      entryWorking: entry_working,
    })),
    day: {
      pnl: day.pnl,
      lossHitAt: day.loss_hit_at,
      lossLimit: day.loss_limit,
      lossLayer: day.loss_layer,
      profitHitAt: day.profit_hit_at,
      tradesOpened: day.trades_opened,
      consecutiveLosses: day.consecutive_losses,
      drawdown: day.drawdown,
      lastLossAt: day.last_loss_at,
      lossBySymbol: new Map(Object.entries(day.loss_by_symbol)),
    },
  };
}

/** What deliveries of a batch have in common, read once. */
interface Shared {
  signals: Map<string, SignalFacts>;
  strategies: Map<string, StrategyFacts>;
  rules: Map<string, ExitRules>;
}

function must<T>(map: ReadonlyMap<string, T>, key: string): T {
  const found = map.get(key);
  if (found === undefined) throw new Error(`the batch names ${key} and does not hold it`);
  return found;
}

function deliveryOf(row: Row<'delivery'>, shared: Shared): DeliveryFacts {
  const { subscription } = row;
  return {
    id: row.id,
    accountId: row.account_id,
    instrumentId: row.instrument_id,
    expiresAt: row.expires_at,
    signal: must(shared.signals, row.signal_id),
    strategy: must(shared.strategies, row.strategy_id),
    subscription: {
      ...subscription,
      sizingMode: subscription.sizing_mode,
      sizingValue: subscription.sizing_value,
      entryOrderType: subscription.entry_order_type,
      entryOffsetBps: subscription.entry_offset_bps,
    },
    exitRules: must(shared.rules, row.rules),
  };
}

function signalOf(row: Row<'signal'>): SignalFacts {
  return { ...row, limitPrice: row.limit_price, quantityType: row.quantity_type };
}

function strategyOf(row: Row<'strategy'>): StrategyFacts {
  return { ...row, allowedSymbols: row.allowed_symbols, utilityGate: row.utility_gate };
}

/** The facts of a batch and the clock they were read at; null when nothing is left to decide. */
export function batchOf(rows: readonly unknown[]): { batch: DecisionBatch; now: Date } | null {
  const limits: LimitRow[] = [];
  const deliveries: DeliveryFacts[] = [];
  const accounts = new Map<string, AccountFacts>();
  const instruments = new Map<string, InstrumentFacts>();
  const shared: Shared = { signals: new Map(), strategies: new Map(), rules: new Map() };
  let now: Date | null = null;
  for (const raw of rows) {
    const row = Fact.parse(raw);
    if (row.kind === 'clock') now = row.now;
    else if (row.kind === 'limit') limits.push(limitOf(row));
    else if (row.kind === 'instrument') instruments.set(row.id, instrumentOf(row));
    else if (row.kind === 'account') accounts.set(row.id, accountOf(row));
    else if (row.kind === 'signal') shared.signals.set(row.id, signalOf(row));
    else if (row.kind === 'strategy') shared.strategies.set(row.id, strategyOf(row));
    else if (row.kind === 'rules') shared.rules.set(row.key, row.rules);
    else deliveries.push(deliveryOf(row, shared));
  }
  if (now === null || deliveries.length === 0) return null;
  return { batch: { deliveries, accounts, instruments, limits }, now };
}
