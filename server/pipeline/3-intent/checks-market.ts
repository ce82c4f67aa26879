// Checks of the account's readiness and of the market: may anything be entered here and now?
// Entry points: operationalChecks, marketChecks. Pure.
import { Decimal } from '#server/money.ts';
import { type Check, type DecisionCase, judged, passed, refused, unjudged } from './case.ts';
import { boundOf, whoSet } from './limits.ts';
import { isReasonCode, type ReasonCode } from './reasons.ts';
import { duration, percent, priceText, timeOfDay } from './wording.ts';

const OPERATIONAL_CODES: readonly ReasonCode[] = [
  'USER_INACTIVE',
  'BROKER_DISABLED',
  'BROKER_DISCONNECTED',
  'BROKER_SESSION_EXPIRED',
  'ACCOUNT_FROZEN',
  'ACCOUNT_NOT_RECONCILED',
  'FEATURE_DISABLED',
  'HALTED',
  'LIVE_NOT_ENABLED',
  'PAPER_MODE',
];

/** What the account, its user, its broker and the switches say. An unknown code from the database refuses too. */
export function operationalChecks(c: DecisionCase): Check[] {
  const { account, delivery } = c;
  const spoken = new Map(account.operational.map((refusal) => [refusal.code, refusal.detail]));
  const known = OPERATIONAL_CODES.map((code) => {
    const detail = spoken.get(code);
    return judged(
      code,
      detail === undefined,
      detail === undefined ? {} : { account: account.name, ...detail },
    );
  });
  const stray = [...spoken.keys()].filter((code) => !OPERATIONAL_CODES.some((ours) => ours === code));
  return [
    ...known,
    ...stray.map((code) =>
      isReasonCode(code) ? refused(code) : refused('ACCOUNT_FROZEN', { account: account.name, reason: code }),
    ),
    judged('SUBSCRIPTION_PAUSED', delivery.subscription.status === 'ACTIVE', {
      account: account.name,
      strategy: delivery.strategy.name,
    }),
  ];
}

function sessionChecks(c: DecisionCase): Check[] {
  const { instrument, account, now } = c;
  const { session, market } = instrument;
  const closed = judged('MARKET_CLOSED', session.open, { market, detail: '' });
  const window = boundOf(c.limits, 'ENTRY_WINDOW');
  if (!window || session.closesAt === null) return [closed, passed('ENTRY_WINDOW_CLOSED')];
  const left = (session.closesAt.getTime() - now.getTime()) / 1000;
  return [
    closed,
    judged('ENTRY_WINDOW_CLOSED', !session.open || window.value.lte(left), {
      market,
      limit: duration(window.value.toNumber()),
      closesAt: timeOfDay(session.closesAt, account.timeZone),
    }),
  ];
}

function priceMoved(c: DecisionCase): Check {
  const { signal } = c.delivery;
  const bound = boundOf(c.limits, 'PRICE_MOVED');
  if (!bound || signal.price === null || !signal.price.gt(0)) return passed('PRICE_MOVED');
  const { quote, symbol } = c.instrument;
  if (quote === null) return unjudged('PRICE_MOVED');
  const price = (signal.direction === 'LONG' ? quote.ask : quote.bid) ?? quote.last;
  const moved = price.minus(signal.price).abs().div(signal.price).times(100);
  return judged('PRICE_MOVED', moved.lte(bound.value), {
    symbol,
    moved: percent(moved),
    alertPrice: priceText(signal.price),
    price: priceText(price),
    limit: `${percent(bound.value)}, ${whoSet(bound.layer)}`,
  });
}

/** Off without a limit. The limit is how far below the day's base a symbol may be before no longs are opened. */
function redDay(c: DecisionCase): Check {
  const bound = boundOf(c.limits, 'RED_DAY_FILTER');
  if (!bound || c.delivery.signal.direction === 'SHORT') return passed('RED_DAY_FILTER');
  const { quote, dayBase, symbol } = c.instrument;
  const who = whoSet(bound.layer);
  if (quote === null) return unjudged('RED_DAY_FILTER');
  if (!dayBase?.gt(0)) return refused('RED_DAY_FILTER', { symbol, moved: 'of unknown colour', who });
  const change = quote.last.minus(dayBase).div(dayBase).times(100);
  const isRed = change.isNegative() && !change.isZero() && change.neg().gte(bound.value);
  return judged('RED_DAY_FILTER', !isRed, { symbol, moved: percent(change), who });
}

function quoteChecks(c: DecisionCase): Check[] {
  const { quote, symbol } = c.instrument;
  if (quote === null || c.plan === null) {
    return [refused('QUOTE_MISSING', { symbol, detail: '' }), unjudged('QUOTE_STALE'), priceMoved(c)];
  }
  if (quote.simulated && c.account.environment === 'LIVE') {
    const detail = ': simulated prices never decide for a live account';
    return [refused('QUOTE_MISSING', { symbol, detail }), unjudged('QUOTE_STALE'), unjudged('PRICE_MOVED')];
  }
  const bound = boundOf(c.limits, 'QUOTE_AGE');
  const age = new Decimal(quote.ageMs).div(1000);
  const young = bound === undefined || age.lte(bound.value);
  const limit = bound ? ` (limit ${duration(bound.value.toNumber())})` : '';
  const detail = young ? 'frozen, or from before the session' : `${duration(age.toNumber())} old${limit}`;
  const stale = judged('QUOTE_STALE', quote.good && young, {
    symbol,
    detail: quote.good && young ? `${duration(age.toNumber())} old` : detail,
  });
  return [passed('QUOTE_MISSING'), stale, priceMoved(c)];
}

function permissionChecks(c: DecisionCase): Check[] {
  const { instrument, delivery, account } = c;
  const { symbol, status, currency } = instrument;
  const { strategy, subscription, signal } = delivery;
  const listed = strategy.allowedSymbols === null || strategy.allowedSymbols.includes(symbol);
  const detail = status !== 'ACTIVE' ? `it is ${status.toLowerCase()}` : `${strategy.name} does not list it`;
  const direction = signal.direction.toLowerCase();
  const allows = (sides: string) => sides === 'BOTH' || sides === signal.direction;
  const who = allows(strategy.sides) ? 'subscription' : 'strategy';
  return [
    judged('SYMBOL_NOT_ALLOWED', status === 'ACTIVE' && listed, { symbol, detail }),
    judged('DIRECTION_NOT_ALLOWED', allows(strategy.sides) && allows(subscription.direction), {
      direction,
      who,
    }),
    judged('CURRENCY_MISMATCH', currency === account.currency, {
      symbol,
      instrumentCurrency: currency,
      accountCurrency: account.currency,
    }),
  ];
}

export function marketChecks(c: DecisionCase): Check[] {
  const expired = judged('SIGNAL_EXPIRED', c.now.getTime() < c.delivery.expiresAt.getTime(), {
    expiresAt: timeOfDay(c.delivery.expiresAt, c.account.timeZone),
  });
  return [...sessionChecks(c), expired, ...quoteChecks(c), ...permissionChecks(c), redDay(c)];
}
