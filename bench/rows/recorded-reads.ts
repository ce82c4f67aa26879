/** What the pages ask: their procedures run once for one person, and every SELECT that they send is kept. */
import { callerOf } from '#server/api/root.ts';
import type { Context } from '#server/api/trpc.ts';
import type { Client, Pool } from '#server/db.ts';
import type { BenchDatabase } from '../server.ts';

export interface RecordedRead {
  text: string;
  values: unknown[];
}

const shared = globalThis as typeof globalThis & { lockstepWebPool?: Pool };

/** Runs the lists and pages of trades and signals as this person; returns the statements that they sent, each once. */
export async function recordReads(db: BenchDatabase, userId: string): Promise<RecordedRead[]> {
  const found = new Map<string, RecordedRead>();
  const before = shared.lockstepWebPool;
  shared.lockstepWebPool = listening(db.web, (read) => found.set(read.text, read));
  try {
    await visit(userId);
  } finally {
    shared.lockstepWebPool = before;
  }
  return [...found.values()];
}

/** A pool whose clients tell what they are asked to select. */
function listening(pool: Pool, tell: (read: RecordedRead) => void): Pool {
  const heard = (client: Client): Client =>
    new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (name !== 'query') return typeof value === 'function' ? value.bind(target) : value;
        return (text: string, values: unknown[] = []) => {
          if (/^\s*(select|with)\b/i.test(text) && !text.includes('set_config')) tell({ text, values });
          return target.query(text, values);
        };
      },
    });
  return new Proxy(pool, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === 'connect') return async () => heard(await target.connect());
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function visit(userId: string): Promise<void> {
  const context = {
    actor: {
      sessionId: userId,
      userId,
      email: 'bench@example.test',
      name: 'Bench',
      role: 'user',
      timeZone: 'UTC',
    },
    stillHere: async () => true,
    queue: () => Promise.reject(new Error('a read needs no queue')),
  } satisfies Context;
  const api = callerOf(context);
  const trades = await api.trades.list({ state: 'live' });
  await api.trades.list({ state: 'ended' });
  await api.trades.live({});
  const trade = trades.items[0];
  if (trade === undefined) throw new Error('the person has no trade');
  await api.trades.get({ id: trade.id });
  await api.trades.candles({ id: trade.id });
  const signals = await api.signals.list({});
  const signal = signals.items[0];
  if (signal === undefined) throw new Error('the person sees no signal');
  await api.signals.get({ id: signal.id });
}
