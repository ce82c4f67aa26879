/** Alerts taken together are judged, answered and stored as the same alerts taken one after the other. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  insertInstrument,
  insertStrategy,
  insertUser,
  insertWebhookSource,
} from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { sha256 } from '#server/crypto.ts';
import { withTx } from '#server/db.ts';
import { toItem, toRefusedItem } from '#server/pipeline/1-signal/accept-signal.ts';
import { parseAlert } from '#server/pipeline/1-signal/parse-alert.ts';
import { type AcceptItem, type Answer, acceptItems } from '#server/pipeline/1-signal/store.ts';

const db = useDatabase();
/** Fewer than the alerts of a batch, so that heads are shared. */
const SYMBOLS = 3;
const RUNS = 40;
let userId: string;
let symbols: string[];

beforeAll(async () => {
  userId = (await insertUser(db.owner)).id;
  symbols = [];
  for (let n = 0; n < SYMBOLS; n += 1) symbols.push((await insertInstrument(db.owner)).symbol);
});

interface Word {
  symbol: number;
  action: 'entry' | 'exit' | 'cancel' | 'add' | 'refused';
  direction: 'long' | 'short';
  /** Seconds from now; null: the alert carries no time. */
  at: number | null;
  /** Few, so that alerts repeat. */
  key: number;
  test: boolean;
}

const word: fc.Arbitrary<Word> = fc.record({
  symbol: fc.nat(SYMBOLS),
  action: fc.constantFrom('entry', 'entry', 'entry', 'entry', 'exit', 'cancel', 'add', 'refused'),
  direction: fc.constantFrom('long', 'long', 'long', 'short'),
  at: fc.constantFrom(null, 0, -1.5, -20, -20, -400, 90),
  key: fc.nat(3),
  test: fc.constantFrom(false, false, false, false, true),
});

interface World {
  strategyId: string;
  sourceId: string;
  tokenHash: string;
}

async function newWorld(settings: { rearm: number; burst: number }): Promise<World> {
  const strategy = await insertStrategy(db.owner, userId, {
    sides: 'BOTH',
    entry_rearm_seconds: settings.rearm,
  });
  const source = await insertWebhookSource(
    db.owner,
    { id: strategy.id, user_id: userId },
    { entries_per_minute: 60, entries_burst: settings.burst },
  );
  return { strategyId: strategy.id, sourceId: source.id, tokenHash: sha256(source.token).toString('hex') };
}

function itemOf(world: World, said: Word): AcceptItem {
  const body = {
    // the last one is no instrument
    symbol: symbols[said.symbol] ?? 'NO-SUCH-ONE',
    action: said.action === 'refused' ? 'entry' : said.action,
    direction: said.direction,
    timeframe: '5',
    key: `k${said.key}`,
    ...(said.at === null ? {} : { timestamp: new Date(Date.parse(db.now()) + said.at * 1000).toISOString() }),
    ...(said.test ? { test: true } : {}),
  };
  const parsed = parseAlert(body, 'BOTH');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusal));
  const arrival = {
    tokenHash: world.tokenHash,
    requestId: 'r',
    address: '203.0.113.7',
    rawBody: Buffer.from(JSON.stringify(body)),
    shownBody: null,
    elapsedUs: 1,
  };
  if (said.action !== 'refused') return toItem(arrival, parsed.alert);
  const refusal = { code: 'BAD_FIELD', field: 'price', message: 'Field "price" is no number.', http: 400 };
  return toRefusedItem(arrival, refusal, { symbol: body.symbol, action: 'entry' });
}

const accept = (items: AcceptItem[]): Promise<Answer[]> =>
  withTx(db.web, (client) => acceptItems(client, items));

/** Everything that acceptance leaves of a world, with signals named by the order of their acceptance on their symbol. */
async function traceOf(world: World, answers: readonly Answer[]) {
  const signals = await rowsOf<{ id: string; symbol: string }>(
    db.owner,
    `select id, symbol, action, direction, status, timeframe, signal_time, occurred_at, recorded_at, expires_at, client_key,
       body_hash is null as no_hash, late, max_lag_ms, payload
     from public.signals where webhook_source_id = $1 order by symbol, id`,
    [world.sourceId],
  );
  const nth = (id: string) => {
    const symbol = signals.find((signal) => signal.id === id)?.symbol;
    return `${symbol} ${signals.filter((signal) => signal.symbol === symbol).findIndex((one) => one.id === id)}`;
  };
  const nameOf = (id: string | null) => (id === null ? null : nth(id));
  const heads = await rowsOf<{ last_signal_id: string | null }>(
    db.owner,
    `select i.symbol, h.newest_long_entry_at, h.newest_short_entry_at, h.newest_long_exit_at, h.newest_short_exit_at,
       h.newest_cancel_at, h.last_signal_id
     from public.signal_heads h join public.instruments i on i.id = h.instrument_id
     where h.strategy_id = $1 order by i.symbol`,
    [world.strategyId],
  );
  const events = await rowsOf<{ signal_id: string | null }>(
    db.owner,
    `select status, http_status, reason, message, symbol, action, direction, timeframe, shape, signal_id
     from public.webhook_events where source_id = $1`,
    [world.sourceId],
  );
  const told = await rowsOf(
    db.owner,
    `select e.data, e.user_id from public.event_log e join public.signals s on s.id = e.entity_id
     where s.webhook_source_id = $1 order by s.symbol, s.id, e.id`,
    [world.sourceId],
  );
  const bucket = await rowsOf(db.owner, 'select tokens from public.webhook_buckets where source_id = $1', [
    world.sourceId,
  ]);
  const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
  return {
    answers: answers.map(({ jobs, signalId, ...answer }) => ({
      ...answer,
      signal: nameOf(signalId),
      jobs: jobs.length,
    })),
    signals: signals.map(({ id, ...signal }) => ({ ...signal, name: nameOf(id) })),
    heads: heads.map((head) => ({ ...head, last_signal_id: nameOf(head.last_signal_id) })),
    events: sorted(events.map((event) => ({ ...event, signal_id: nameOf(event.signal_id) }))),
    told,
    bucket,
  };
}

describe('alerts of one batch', () => {
  it('leave what they leave one after the other', async () => {
    let together = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(word, { minLength: 2, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(0, 0, 0, 60),
        fc.constantFrom(100, 100, 4),
        async (batches, rearm, burst) => {
          const [many, single] = [await newWorld({ rearm, burst }), await newWorld({ rearm, burst })];
          const [ofMany, ofSingle]: [Answer[], Answer[]] = [[], []];
          for (const batch of batches) {
            ofMany.push(...(await accept(batch.map((said) => itemOf(many, said)))));
            for (const said of batch) ofSingle.push(...(await accept([itemOf(single, said)])));
            await db.advanceClock(1_700);
          }
          const trace = await traceOf(many, ofMany);
          expect(trace).toEqual(await traceOf(single, ofSingle));
          together += trace.answers.filter((answer) => answer.outcome === 'ACCEPTED').length;
        },
      ),
      { numRuns: RUNS },
    );
    expect(together).toBeGreaterThan(RUNS);
  });

  it('that repeat each other are one signal, and the repeats are told which', async () => {
    const world = await newWorld({ rearm: 0, burst: 100 });
    const said: Word = { symbol: 0, action: 'entry', direction: 'long', at: 0, key: 1, test: false };
    const other = { ...said, key: 2 };
    const answers = await accept([said, said, other, said, other].map((one) => itemOf(world, one)));
    expect(answers.map((answer) => answer.outcome)).toEqual([
      'ACCEPTED',
      'DUPLICATE',
      'ACCEPTED',
      'DUPLICATE',
      'DUPLICATE',
    ]);
    const [first, , second] = answers;
    expect(answers.map((answer) => answer.signalId)).toEqual(
      [first, first, second, first, second].map((answer) => answer?.signalId),
    );
    // the second entry comes after the first on one head, which must be done first
    expect(answers.flatMap((answer) => answer.jobs.map((job) => job.name))).toEqual([
      'signal.fanout',
      'signal.apply',
    ]);
  });

  it('read with settings that have changed since are not judged, and leave nothing', async () => {
    const world = await newWorld({ rearm: 0, burst: 100 });
    const item = itemOf(world, {
      symbol: 0,
      action: 'entry',
      direction: 'long',
      at: 0,
      key: 1,
      test: false,
    });
    const answers = await accept([
      { ...item, source_version: '1:2:3' },
      { ...item, source_version: '1:2:3' },
    ]);
    expect(answers.map((answer) => answer.outcome)).toEqual(['OUTDATED', 'OUTDATED']);
    const { signals, events } = await traceOf(world, answers);
    expect({ signals, events }).toEqual({ signals: [], events: [] });
  });
});
