/**
 * An independent model of FIFO tax lots and of a trade's P&L, to hold the SQL against.
 *
 * Entry points: `fifo` (one account and instrument), `tradePnl` (one trade's own fills).
 * Invariants: written from the definition of FIFO, with lists and no stored sums; shares nothing with the SQL.
 * Money has 8 decimals; a share of a fill's amount or fee is rounded half away from zero, and the last share
 * takes the remainder, so that nothing is ever lost or made.
 */
import { Decimal } from '../../server/money.ts';

export type ModelFill = {
  seq: number;
  side: 'BUY' | 'SELL';
  qty: string;
  price: string;
  fee: string;
  multiplier: string;
};

type Part = { qty: Decimal; amount: Decimal; fee: Decimal };
export type ModelLot = Part & { seq: number; direction: 'LONG' | 'SHORT'; price: Decimal; left: Part };
export type ModelAllocation = {
  lotSeq: number;
  fillSeq: number;
  qty: string;
  openPrice: string;
  closePrice: string;
  costBasis: string;
  grossProceeds: string;
  openFee: string;
  closeFee: string;
  pnl: string;
};

const money = (value: Decimal): Decimal => value.toDecimalPlaces(8, Decimal.ROUND_HALF_UP);
const fixed = (value: Decimal): string => value.toFixed();

/** What `qty` of a part takes with it; all of it takes the whole. */
function share(of: Part, whole: Part, qty: Decimal): Part {
  if (qty.eq(of.qty)) return { ...of };
  const portion = (value: Decimal) => money(value.times(qty).div(whole.qty));
  return { qty, amount: portion(whole.amount), fee: portion(whole.fee) };
}

const less = (of: Part, taken: Part): Part => ({
  qty: of.qty.minus(taken.qty),
  amount: of.amount.minus(taken.amount),
  fee: of.fee.minus(taken.fee),
});

function close(lot: ModelLot, fill: ModelFill, closing: Part): ModelAllocation {
  const opening = share(lot.left, lot, closing.qty);
  lot.left = less(lot.left, opening);
  const [bought, sold] = lot.direction === 'LONG' ? [opening, closing] : [closing, opening];
  return {
    lotSeq: lot.seq,
    fillSeq: fill.seq,
    qty: fixed(closing.qty),
    openPrice: fixed(lot.price),
    closePrice: fixed(new Decimal(fill.price)),
    costBasis: fixed(bought.amount.plus(bought.fee)),
    grossProceeds: fixed(sold.amount),
    openFee: fixed(opening.fee),
    closeFee: fixed(closing.fee),
    pnl: fixed(sold.amount.minus(sold.fee).minus(bought.amount).minus(bought.fee)),
  };
}

/**
 * Lots and allocations after each fill was taken in the order of `seq`.
 * `net` is the signed quantity; `cash` is what came in less what went out, before fees.
 */
export function fifo(fills: ModelFill[]) {
  const lots: ModelLot[] = [];
  const allocations: ModelAllocation[] = [];
  let net = new Decimal(0);
  let cash = new Decimal(0);
  let fees = new Decimal(0);
  for (const fill of [...fills].sort((a, b) => a.seq - b.seq)) {
    const qty = new Decimal(fill.qty);
    const amount = money(qty.times(fill.price).times(fill.multiplier));
    const whole: Part = { qty, amount, fee: new Decimal(fill.fee) };
    const direction = fill.side === 'BUY' ? 'LONG' : 'SHORT';
    let rest = whole;
    for (const lot of lots.filter((l) => l.direction !== direction && l.left.qty.gt(0))) {
      if (rest.qty.isZero()) break;
      const part = share(rest, whole, Decimal.min(rest.qty, lot.left.qty));
      rest = less(rest, part);
      allocations.push(close(lot, fill, part));
    }
    if (rest.qty.gt(0)) {
      lots.push({ seq: fill.seq, direction, price: new Decimal(fill.price), ...rest, left: { ...rest } });
    }
    net = fill.side === 'BUY' ? net.plus(qty) : net.minus(qty);
    cash = fill.side === 'BUY' ? cash.minus(amount) : cash.plus(amount);
    fees = fees.plus(fill.fee);
  }
  return { lots, allocations, net, cash, fees };
}

/** P&L of one trade from its own fills: money in less money out, less fees; exact once it is flat. */
export function tradePnl(fills: ModelFill[]): Decimal {
  const { cash, fees } = fifo(fills);
  return cash.minus(fees);
}
