/**
 * Alerts as they are accepted: a strategy with a webhook and an instrument, and what became of what was said to it.
 * Entry point: useSignals, after useDatabase in a test file. Bodies go through the real parser.
 */
import { randomBytes } from 'node:crypto';
import { beforeAll } from 'vitest';
import {
  insertInstrument,
  insertStrategy,
  insertUser,
  insertWebhookSource,
} from '#prisma/tests/factories.ts';
import { rowsOf, type TestDatabase } from '#prisma/tests/harness.ts';
import { sha256 } from '#server/crypto.ts';
import { withTx } from '#server/db.ts';
import { toItem } from '#server/pipeline/1-signal/accept-signal.ts';
import { parseAlert, parseBody } from '#server/pipeline/1-signal/parse-alert.ts';
import { type AcceptItem, type Answer, acceptItems } from '#server/pipeline/1-signal/store.ts';

export interface SignalWorld {
  strategy: { id: string; user_id: string };
  source: { id: string; token: string };
  symbol: string;
}

type Body = Record<string, unknown>;

/** An alert as the web process hands it to the database; one that the parser refuses throws. */
export function item(w: SignalWorld, body: Body): AcceptItem {
  const text = JSON.stringify({ symbol: w.symbol, ...body });
  const json = parseBody(text);
  const parsed = json.ok ? parseAlert(json.body, 'BOTH') : json;
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  const arrival = {
    tokenHash: sha256(w.source.token).toString('hex'),
    requestId: randomBytes(8).toString('hex'),
    address: '203.0.113.7',
    rawBody: Buffer.from(text),
    shownBody: text,
    elapsedUs: 10,
  };
  return toItem(arrival, parsed.alert);
}

export function useSignals(db: TestDatabase) {
  let userId: string;
  beforeAll(async () => {
    userId = (await insertUser(db.owner)).id;
  });
  const accept = (items: AcceptItem[]): Promise<Answer[]> =>
    withTx(db.web, (client) => acceptItems(client, items));
  return {
    /** A strategy that trades both sides, its source, and an instrument of its own. */
    world: async (strategy: Body = {}, source: Body = {}): Promise<SignalWorld> => {
      const made = await insertStrategy(db.owner, userId, { sides: 'BOTH', ...strategy });
      const owned = { id: made.id, user_id: userId };
      const hook = await insertWebhookSource(db.owner, owned, source);
      const { symbol } = await insertInstrument(db.owner);
      return { strategy: owned, source: { id: hook.id, token: hook.token }, symbol };
    },
    accept,
    say: async (w: SignalWorld, body: Body): Promise<Answer> => {
      const [answer] = await accept([item(w, body)]);
      if (answer === undefined) throw new Error('no answer');
      return answer;
    },
    /** So many seconds from now, as alerts write it. */
    at: (seconds: number): string => new Date(Date.parse(db.now()) + seconds * 1000).toISOString(),
    signalsOf: (w: SignalWorld) =>
      rowsOf(db.owner, 'select * from public.signals where strategy_id = $1 order by id', [w.strategy.id]),
    eventsOf: (w: SignalWorld) =>
      rowsOf(db.owner, 'select * from public.webhook_events where strategy_id = $1 order by id', [
        w.strategy.id,
      ]),
  };
}
