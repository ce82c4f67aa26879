/**
 * Which symbols have paper orders resting, asked once for all symbols of a pass instead of once a symbol. Entry point: restingOrders.
 */
import type { PaperEngine } from '#server/broker/paper/engine.ts';

/** An answer serves this long (ms): an order that comes in between is matched on arrival, and again by the next answer. */
const SERVES_MS = 100;

/** Answers whether an instrument has orders that wait for a price. `now` is a clock in ms. */
export function restingOrders(
  paper: Pick<PaperEngine, 'waitingInstruments'>,
  now: () => number,
): (instrumentId: string) => Promise<boolean> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<Set<string>> = Promise.resolve(new Set());
  return async (instrumentId) => {
    if (now() - asked >= SERVES_MS) {
      asked = now();
      answer = paper.waitingInstruments();
    }
    return (await answer).has(instrumentId);
  };
}
