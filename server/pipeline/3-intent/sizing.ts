// How much to buy or sell short: from a subscription's sizing to a quantity, down to the lot, under caps.
// Entry points: wantedQty, applyCaps, logLossMoney, logLoss, utilityOf.
// Invariants: a quantity is never negative, never NaN and always a whole number of lots; a cap only reduces;
// tightening a cap never enlarges. Pure.
// Formulas: log loss −ln(1 − l/C) and log gain ln(1 + r/C), l and r the money at the stop and at the target,
// C the account's capital (Kelly's logarithmic utility).
import { Decimal } from '#server/money.ts';
import { floorQty } from '../4-order/rounding.ts';

export type SizingMode =
  | 'FIXED_QTY'
  | 'FIXED_NOTIONAL'
  | 'PERCENT_OF_CAPITAL'
  | 'RISK_PERCENT'
  | 'SIGNAL_QTY';

export interface SizingInput {
  mode: SizingMode;
  /** Quantity, money, percent of capital, percent at risk, or the multiplier of the signal's quantity. */
  value: Decimal;
  /** Price per unit at which the entry is expected. */
  price: Decimal;
  /** Contract multiplier: money per price point and unit. */
  multiplier: Decimal;
  lot: Decimal;
  capital: Decimal;
  stop: Decimal | null;
  signalQty: Decimal | null;
  /** What the alert's quantity counts (FIXED_QUANTITY when it does not say). */
  signalQtyType: string | null;
  /** Open quantity of the instrument on the account, for PERCENT_OF_POSITION. */
  openQty: Decimal;
}

export type Wanted = { qty: Decimal } | { missing: 'STOP' | 'SIGNAL_QTY' | 'PRICE' };

const ZERO = new Decimal(0);

/** Money that one unit loses when the stop fills at its price; null without a stop or at a distance of 0. */
export function lossPerUnit(price: Decimal, stop: Decimal | null, multiplier: Decimal): Decimal | null {
  if (stop === null) return null;
  const loss = price.minus(stop).abs().times(multiplier);
  return loss.gt(0) ? loss : null;
}

function fromMoney(input: SizingInput, sum: Decimal): Wanted {
  const perUnit = input.price.times(input.multiplier);
  return perUnit.gt(0) ? { qty: sum.div(perUnit) } : { missing: 'PRICE' };
}

function fromRisk(input: SizingInput, sum: Decimal): Wanted {
  const perUnit = lossPerUnit(input.price, input.stop, input.multiplier);
  return perUnit ? { qty: sum.div(perUnit) } : { missing: 'STOP' };
}

function fromSignal(input: SizingInput): Wanted {
  if (input.signalQty === null) return { missing: 'SIGNAL_QTY' };
  const amount = input.signalQty.times(input.value);
  switch (input.signalQtyType?.toUpperCase()) {
    case 'DOLLAR_AMOUNT':
      return fromMoney(input, amount);
    case 'RISK_DOLLAR_AMOUNT':
      return fromRisk(input, amount);
    case 'PERCENT_OF_EQUITY':
      return fromMoney(input, input.capital.times(amount).div(100));
    case 'PERCENT_OF_POSITION':
      return { qty: input.openQty.times(amount).div(100) };
    default:
      return { qty: amount };
  }
}

function unrounded(input: SizingInput): Wanted {
  switch (input.mode) {
    case 'FIXED_QTY':
      return { qty: input.value };
    case 'FIXED_NOTIONAL':
      return fromMoney(input, input.value);
    case 'PERCENT_OF_CAPITAL':
      return fromMoney(input, input.capital.times(input.value).div(100));
    case 'RISK_PERCENT':
      return fromRisk(input, input.capital.times(input.value).div(100));
    case 'SIGNAL_QTY':
      return fromSignal(input);
  }
}

/** The quantity before caps, rounded down to the lot, or what is missing to know it. */
export function wantedQty(input: SizingInput): Wanted {
  const wanted = unrounded(input);
  if ('missing' in wanted) return wanted;
  if (!wanted.qty.isFinite() || wanted.qty.lte(0)) return { qty: ZERO };
  return { qty: floorQty(wanted.qty, input.lot) };
}

export interface QtyCap<Name> {
  name: Name;
  /** Largest quantity that the cap allows, unrounded; below 0 counts as 0. */
  max: Decimal;
}

export interface Capped<Name> {
  qty: Decimal;
  /** In the order in which they bit; the last one is the cap that bound. */
  reductions: { name: Name; from: Decimal; to: Decimal }[];
}

/** Reduces a quantity under every cap, each time down to the lot. */
export function applyCaps<Name>(qty: Decimal, caps: readonly QtyCap<Name>[], lot: Decimal): Capped<Name> {
  let held = qty;
  const reductions: Capped<Name>['reductions'] = [];
  for (const { name, max } of caps) {
    const allowed = max.gt(0) ? floorQty(max, lot) : ZERO;
    if (!allowed.lt(held)) continue;
    reductions.push({ name, from: held, to: allowed });
    held = allowed;
  }
  return { qty: held, reductions };
}

/** The share of the last cap that was asked for: one cap holds for thousands of accounts, and e^x at 50 digits is dear. */
let lastShare = { cap: ZERO, share: ZERO };

/** Money that may be lost under a log-loss cap: l ≤ C × (1 − e^−cap). */
export function logLossMoney(capital: Decimal, cap: Decimal): Decimal {
  if (!lastShare.cap.eq(cap)) lastShare = { cap, share: new Decimal(1).minus(cap.neg().exp()) };
  return capital.times(lastShare.share);
}

/** −ln(1 − l/C); null when the loss takes the whole capital, which no cap allows. */
export function logLoss(loss: Decimal, capital: Decimal): Decimal | null {
  const left = new Decimal(1).minus(loss.div(capital));
  return left.gt(0) ? left.ln().neg() : null;
}

/** Does the gain outweigh the loss by the factor? ln(1 + r/C) ≥ factor × (−ln(1 − l/C)). */
export function utilityOf(gain: Decimal, loss: Decimal, capital: Decimal, factor: Decimal) {
  const pain = logLoss(loss, capital);
  const joy = new Decimal(1).plus(gain.div(capital)).ln();
  return { joy, pain, ok: pain !== null && joy.gte(pain.times(factor)) };
}
