/** A curve of results added up. Pure; decimals in, strings out. */
import { Decimal } from '#server/money.ts';

export interface Point {
  at: string;
  value: string;
}

/** More points than a chart is wide are not worth sending. */
const MOST = 400;

/** Adds up the steps, oldest first; of very many only every n-th and the last are kept. */
export function curveOf(steps: readonly { at: string; pnl: string }[]): Point[] {
  let sum = new Decimal(0);
  const points = steps.map((step) => {
    sum = sum.plus(step.pnl);
    return { at: step.at, value: sum.toFixed() };
  });
  if (points.length <= MOST) return points;
  const every = Math.ceil(points.length / MOST);
  return points.filter((_, index) => (points.length - 1 - index) % every === 0);
}
