// One delivery prepared for its checks: what the entry would cost, where it would stop, what is live around it.
// Entry points: Check, DecisionCase, planEntry, nearestStop.
// Invariant: the reserve price is what the order may cost at worst, so caps are measured with it: the limit,
// or the ask plus 3 % for a market order; rounded up to what the database stores.
import { Decimal } from '#server/money.ts';
import { limitAtTouch, roundPrice } from '../4-order/rounding.ts';
import { stopPriceOf, triggerPrices } from '../7-exit/exit-prices.ts';
import type { AccountFacts, DeliveryFacts, InstrumentFacts, LiveTrade } from './context.ts';
import type { ResolvedLimits } from './limits.ts';
import type { Figures, ReasonCode } from './reasons.ts';

/** A market order reserves the ask plus this share of it. */
const MARKET_RESERVE = new Decimal('1.03');
/** Decimals of a stored price. */
const PRICE_SCALE = 12;

/** One check: true passed, false refused, null could not be judged because something else is missing. */
export interface Check {
  code: ReasonCode;
  ok: boolean | null;
  figures: Figures;
}

export interface EntryPlan {
  orderType: 'MARKET' | 'LIMIT';
  limitPrice: Decimal | null;
  /** Where the entry is expected to fill. */
  price: Decimal;
  reserve: Decimal;
  /** The level that ends the trade first if it goes wrong; null: none. */
  stop: Decimal | null;
  stopBy: 'SIGNAL' | 'RULES' | null;
  target: Decimal | null;
}

export interface DecisionCase {
  now: Date;
  delivery: DeliveryFacts;
  account: AccountFacts;
  instrument: InstrumentFacts;
  limits: ResolvedLimits;
  /** Live trades of the account, those approved earlier in this batch included. */
  trades: readonly LiveTrade[];
  /** Live trades on all accounts of the user in this currency, for limits of scope USER. */
  userTrades: readonly LiveTrade[];
  tradesToday: number;
  /** Null without any price. */
  plan: EntryPlan | null;
}

export const passed = (code: ReasonCode, figures: Figures = {}): Check => ({ code, ok: true, figures });
export const refused = (code: ReasonCode, figures: Figures = {}): Check => ({ code, ok: false, figures });
export const unjudged = (code: ReasonCode, figures: Figures = {}): Check => ({ code, ok: null, figures });
export const judged = (code: ReasonCode, ok: boolean, figures: Figures = {}): Check => ({
  code,
  ok,
  figures,
});

/** Of several stops the one that is reached first; levels on the wrong side of the price stop nothing. */
export function nearestStop(
  direction: 'LONG' | 'SHORT',
  price: Decimal,
  levels: readonly (Decimal | null)[],
): Decimal | null {
  const isProtective = (level: Decimal) => (direction === 'LONG' ? level.lt(price) : level.gt(price));
  const held = levels.filter((level): level is Decimal => level?.gt(0) === true && isProtective(level));
  if (held.length === 0) return null;
  return direction === 'LONG' ? Decimal.max(...held) : Decimal.min(...held);
}

function entryLimit(delivery: DeliveryFacts, instrument: InstrumentFacts): Decimal | null {
  const side = delivery.signal.direction === 'LONG' ? 'BUY' : 'SELL';
  const { limitPrice } = delivery.signal;
  if (limitPrice !== null) return roundPrice(limitPrice, instrument.tick, side);
  const { entryOrderType, entryOffsetBps } = delivery.subscription;
  const { quote } = instrument;
  if (entryOrderType === 'MARKET' || quote === null) return null;
  const touch = { bid: quote.bid ?? quote.last, ask: quote.ask ?? quote.last };
  return limitAtTouch(side, touch, entryOffsetBps, instrument.tick);
}

/** What the entry would look like at the present quote; null when there is no positive price to reckon with. */
export function planEntry(delivery: DeliveryFacts, instrument: InstrumentFacts): EntryPlan | null {
  const { signal, exitRules } = delivery;
  const { quote } = instrument;
  if (quote === null) return null;
  const touch = (signal.direction === 'LONG' ? quote.ask : quote.bid) ?? quote.last;
  const limitPrice = entryLimit(delivery, instrument);
  const price = limitPrice ?? touch;
  if (price.lte(0) || touch.lte(0)) return null;
  const worst =
    limitPrice === null
      ? (quote.ask ?? quote.last).times(MARKET_RESERVE)
      : signal.direction === 'LONG'
        ? limitPrice
        : Decimal.max(limitPrice, touch);
  const priced = {
    direction: signal.direction,
    entry: price,
    signalStop: signal.stop,
    signalTarget: signal.target,
    atr: instrument.atr,
    costs: (quote.ask ?? quote.last).minus(quote.bid ?? quote.last),
  };
  const levels = triggerPrices(exitRules, priced);
  const stop = nearestStop(signal.direction, price, [stopPriceOf(exitRules, priced), levels.hardStop]);
  return {
    orderType: limitPrice === null ? 'MARKET' : 'LIMIT',
    limitPrice,
    price,
    reserve: worst.toDecimalPlaces(PRICE_SCALE, Decimal.ROUND_UP),
    stop,
    stopBy: stop === null ? null : signal.stop?.eq(stop) ? 'SIGNAL' : 'RULES',
    target: levels.target,
  };
}
