// The size of an entry under the position caps, and what it would do to capital and exposure.
// Entry points: sizeEntry (quantity and what reduced it), capitalChecks (whole account, refuse only). Pure.
// Invariant: caps are measured at the reserve price, so that a fill up to it stays under them.
import { Decimal } from '#server/money.ts';
import { type Check, type DecisionCase, judged, passed, refused, unjudged } from './case.ts';
import { tradesHere } from './checks-position.ts';
import {
  type Bound,
  boundOf,
  boundsOf,
  type Layer,
  LIMITS,
  type LimitCode,
  type Scope,
  whoSet,
} from './limits.ts';
import { type Figures, phraseOf, type ReasonCode } from './reasons.ts';
import { applyCaps, logLossMoney, lossPerUnit, type QtyCap, utilityOf, wantedQty } from './sizing.ts';
import { money, percent, quantity, ratio } from './wording.ts';

const CAPS = [
  'MAX_POSITION_SIZE',
  'MAX_EXPOSURE_PER_POSITION',
  'MAX_POSITION_PERCENT',
  'MAX_LOG_LOSS',
] as const;
type CapCode = (typeof CAPS)[number];

/** The limit that decided the quantity. */
export interface BindingCap {
  code: CapCode;
  scope: Scope;
  layer: Layer;
  value: string;
  from: string;
  to: string;
}

export interface SizedEntry {
  /** 0 when nothing may be bought. */
  qty: Decimal;
  checks: Check[];
  bound: BindingCap | null;
}

const ZERO = new Decimal(0);

function total(values: readonly Decimal[]): Decimal {
  return values.reduce((sum, value) => sum.plus(value), ZERO);
}

/** Money that one unit reserves. */
function unitReserve(c: DecisionCase): Decimal {
  return c.plan ? c.plan.reserve.times(c.instrument.multiplier) : ZERO;
}

function capOf(c: DecisionCase, bound: Bound): Decimal {
  const { capital } = c.account;
  const bySymbol = bound.scope === 'SYMBOL' ? tradesHere(c) : [];
  const usedMoney = total(bySymbol.map((trade) => trade.exposure));
  const unit = unitReserve(c);
  switch (bound.code) {
    case 'MAX_POSITION_SIZE':
      return bound.value.minus(total(bySymbol.map((trade) => trade.qty)));
    case 'MAX_EXPOSURE_PER_POSITION':
      return bound.value.minus(usedMoney).div(unit);
    case 'MAX_POSITION_PERCENT':
      return capital.times(bound.value).div(100).minus(usedMoney).div(unit);
    default: {
      const perUnit = lossPerUnit(c.plan?.price ?? ZERO, c.plan?.stop ?? null, c.instrument.multiplier);
      return perUnit ? logLossMoney(capital, bound.value).div(perUnit) : ZERO;
    }
  }
}

/** A limit's value in words: $1,000, 10 %, 10, 0.02. */
function valueText(bound: Bound, currency: string): string {
  const { unit } = LIMITS[bound.code];
  if (unit === 'MONEY') return money(bound.value, currency);
  if (unit === 'PERCENT') return percent(bound.value);
  return unit === 'RATIO' ? ratio(bound.value) : quantity(bound.value);
}

function capFigures(c: DecisionCase, bound: Bound): Figures {
  return { limit: valueText(bound, c.account.currency), who: whoSet(bound.layer) };
}

function minimumCheck(c: DecisionCase, qty: Decimal, detail: string): Check {
  const { symbol, lot } = c.instrument;
  return judged('QTY_BELOW_MINIMUM', qty.gt(0), {
    symbol,
    minimum: quantity(lot),
    detail,
    qty: quantity(qty),
  });
}

const MISSING_TEXT = {
  STOP: 'a stop at no distance from the price',
  SIGNAL_QTY: 'an alert without a quantity',
  PRICE: 'a price of 0',
} as const;

/** From the subscription's sizing to a quantity, reduced under the position caps, each reduction named. */
export function sizeEntry(c: DecisionCase): SizedEntry {
  const plan = c.plan;
  if (plan === null) {
    return {
      qty: ZERO,
      checks: [...CAPS, 'QTY_BELOW_MINIMUM' as const].map((code) => unjudged(code)),
      bound: null,
    };
  }
  const { instrument, delivery, account } = c;
  const wanted = wantedQty({
    mode: delivery.subscription.sizingMode,
    value: delivery.subscription.sizingValue,
    price: plan.price,
    multiplier: instrument.multiplier,
    lot: instrument.lot,
    capital: account.capital,
    stop: plan.stop,
    signalQty: delivery.signal.quantity,
    signalQtyType: delivery.signal.quantityType,
    openQty: total(tradesHere(c).map((trade) => trade.openQty)),
  });
  if ('missing' in wanted) {
    const checks = CAPS.map((code) => unjudged(code));
    return {
      qty: ZERO,
      checks: [...checks, minimumCheck(c, ZERO, MISSING_TEXT[wanted.missing])],
      bound: null,
    };
  }
  const caps: QtyCap<Bound>[] = CAPS.flatMap((code) => boundsOf(c.limits, code))
    .filter((bound) => bound.code !== 'MAX_LOG_LOSS' || plan.stop !== null)
    .map((bound) => ({ name: bound, max: capOf(c, bound) }));
  const { qty, reductions } = applyCaps(wanted.qty, caps, instrument.lot);
  const last = reductions.at(-1);
  const checks = CAPS.map((code) => {
    const cut = reductions.findLast(({ name }) => name.code === code);
    if (!cut) return passed(code);
    return passed(code, { ...capFigures(c, cut.name), from: quantity(cut.from), to: quantity(cut.to) });
  });
  const detail = last ? phraseOf(last.name.code as CapCode, capFigures(c, last.name)) : 'the sizing';
  return {
    qty,
    checks: [...checks, minimumCheck(c, qty, detail)],
    bound: last
      ? {
          code: last.name.code as CapCode,
          scope: last.name.scope,
          layer: last.name.layer,
          value: last.name.value.toFixed(),
          from: last.from.toFixed(),
          to: last.to.toFixed(),
        }
      : null,
  };
}

function utilityCheck(c: DecisionCase, qty: Decimal): Check {
  const factor = boundOf(c.limits, 'UTILITY_FACTOR');
  if (!c.delivery.strategy.utilityGate || !factor) return passed('UTILITY_ASYMMETRY');
  const { plan, instrument, account } = c;
  if (!plan?.stop) return unjudged('UTILITY_ASYMMETRY');
  const perPoint = qty.times(instrument.multiplier);
  const loss = plan.price.minus(plan.stop).abs().times(perPoint);
  const gain = plan.target ? plan.target.minus(plan.price).abs().times(perPoint) : ZERO;
  const { joy, pain, ok } = utilityOf(gain, loss, account.capital, factor.value);
  return judged('UTILITY_ASYMMETRY', ok, {
    gain: ratio(joy),
    loss: pain ? ratio(pain) : 'everything',
    limit: ratio(factor.value),
    who: whoSet(factor.layer),
  });
}

function exposureCheck(
  c: DecisionCase,
  code: LimitCode & ReasonCode,
  bounds: readonly Bound[],
  needed: Decimal,
) {
  const { capital, currency } = c.account;
  const asText = (would: Decimal) =>
    code === 'MAX_EXPOSURE_PERCENT' ? percent(would.div(capital).times(100)) : money(would, currency);
  const judgedBounds = bounds.map((bound) => {
    const trades = bound.scope === 'USER' ? c.userTrades : c.trades;
    const would = total(trades.map((trade) => trade.exposure)).plus(needed);
    const allowed = code === 'MAX_EXPOSURE_PERCENT' ? capital.times(bound.value).div(100) : bound.value;
    return { bound, would, ok: would.lte(allowed) };
  });
  const shown = judgedBounds.find(({ ok }) => !ok) ?? judgedBounds[0];
  return shown
    ? judged(code, shown.ok, { ...capFigures(c, shown.bound), would: asText(shown.would) })
    : passed(code);
}

/** What the sized entry does to the account as a whole: these refuse, they never reduce. */
export function capitalChecks(c: DecisionCase, qty: Decimal): Check[] {
  const { account, limits } = c;
  const unset = limits.unset.map((code) => code.toLowerCase().replaceAll('_', ' ')).join(', ');
  const notSet = unset
    ? refused('LIMIT_NOT_SET', { limits: unset, currency: account.currency })
    : passed('LIMIT_NOT_SET');
  if (qty.lte(0)) {
    const codes = [
      'MAX_TOTAL_EXPOSURE',
      'MAX_EXPOSURE_PERCENT',
      'INSUFFICIENT_CAPITAL',
      'UTILITY_ASYMMETRY',
    ] as const;
    return [notSet, ...codes.map((code) => unjudged(code))];
  }
  const needed = qty.times(unitReserve(c));
  const free = account.capital.minus(total(c.trades.map((trade) => trade.exposure)));
  return [
    notSet,
    exposureCheck(c, 'MAX_TOTAL_EXPOSURE', boundsOf(limits, 'MAX_TOTAL_EXPOSURE'), needed),
    exposureCheck(c, 'MAX_EXPOSURE_PERCENT', boundsOf(limits, 'MAX_EXPOSURE_PERCENT'), needed),
    judged('INSUFFICIENT_CAPITAL', needed.lte(free), {
      needed: money(needed, account.currency),
      available: money(Decimal.max(free, 0), account.currency),
      capital: money(account.capital, account.currency),
    }),
    utilityCheck(c, qty),
  ];
}
