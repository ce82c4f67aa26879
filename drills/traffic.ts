/**
 * Steady traffic: entries and exits in turn on every pair of strategy and instrument, so that nothing supersedes
 * anything and every entry should become an order on each of its accounts.
 *
 * Entry point: startTraffic.
 */
import type { Stack } from './stack.ts';

export interface Traffic {
  /** Alerts begun so far. */
  sent: () => number;
  /** Sends no more, and waits until each was acknowledged or given up. */
  stop: () => Promise<void>;
}

/** An exit comes no sooner than this after its entry was acknowledged, and the other way round (ms). */
const APART_MS = 4_000;

interface Pair {
  token: string;
  symbol: string;
  next: 'buy' | 'exit';
  freeAt: number;
}

/** Sends so many alerts a second until stopped, as far as pairs are free. */
export function startTraffic(stack: Stack, perSecond: number, apartMs = APART_MS): Traffic {
  const { strategies, instruments } = stack.world;
  // by instrument first, so that neighbours in time are different accounts
  const pairs: Pair[] = instruments.flatMap(({ symbol }) =>
    strategies.map(({ token }) => ({ token, symbol, next: 'buy' as const, freeAt: 0 })),
  );
  const open = new Set<Promise<void>>();
  let sent = 0;
  let turn = 0;
  const began = performance.now();
  const sendOne = (): void => {
    const now = performance.now();
    for (let tries = 0; tries < pairs.length; tries += 1) {
      const pair = pairs[turn % pairs.length];
      turn += 1;
      if (pair === undefined || pair.freeAt > now) continue;
      pair.freeAt = Number.POSITIVE_INFINITY;
      sent += 1;
      const work = stack.client
        .send(pair.token, { symbol: pair.symbol, action: pair.next, key: `traffic-${sent}` })
        .then(() => {
          pair.next = pair.next === 'buy' ? 'exit' : 'buy';
          pair.freeAt = performance.now() + apartMs;
        })
        .finally(() => open.delete(work));
      open.add(work);
      return;
    }
  };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    while (sent < due) {
      const before = sent;
      sendOne();
      if (sent === before) break;
    }
  }, 20);
  return {
    sent: () => sent,
    stop: async () => {
      clearInterval(timer);
      while (open.size > 0) await Promise.all(open);
    },
  };
}
