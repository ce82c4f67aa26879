/**
 * The reads of the pages with row-level security, against the same statements without it: statement time.
 *
 * The statements are recorded while the pages' own procedures run, then repeated in turn by two sessions: lockstep_web with
 * the person set, and a role with the same rights that bypasses row-level security.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { beginFor } from '#server/web-db.ts';
import { must, mustEqual, percentile } from '../measure.ts';
import { newOpenTrades } from '../open-trades.ts';
import { type Figure, figure, type Row } from '../row.ts';
import type { BenchServer } from '../server.ts';
import { newFollowers, newInstruments, newStrategy } from '../world.ts';
import { recordReads } from './recorded-reads.ts';

const ACCOUNTS = 2_000;
const SYMBOLS = 100;
const PER_ACCOUNT = 10;
const REPEATS = 60;
const BUSIEST = 10;

export const reads: Row = {
  name: 'reads',
  about: 'the ten busiest reads with row-level security, statement time',
  run: async (server: BenchServer): Promise<Figure[]> => {
    const db = await server.database();
    const strategy = await newStrategy(db.owner);
    const accounts = await newFollowers(db.owner, strategy.id, ACCOUNTS);
    const instruments = await newInstruments(db.owner, SYMBOLS);
    await newOpenTrades(db.owner, {
      accounts,
      strategyId: strategy.id,
      instruments,
      perAccount: PER_ACCOUNT,
      stop: 95,
    });
    await db.settle();
    const { rows } = await db.owner.query<{ user_id: string }>(
      'select user_id from public.user_brokers where id = $1',
      [accounts[ACCOUNTS / 2]],
    );
    const userId = rows[0]?.user_id ?? '';
    const recorded = await recordReads(db, userId);
    must(recorded.length >= BUSIEST, `${recorded.length} reads were recorded`);
    const bypass = await server.bypassRole(randomBytes(4).toString('hex'), db);
    const guarded = await session(db.url('lockstep_web'), userId);
    const open = await session(bypass, userId);
    const times = recorded.map(() => ({ with: [] as number[], without: [] as number[] }));
    for (let n = 0; n < REPEATS; n += 1)
      for (const [i, read] of recorded.entries()) {
        const mine = await once(guarded, read);
        const theirs = await once(open, read);
        mustEqual(mine.rows, theirs.rows, `rows of ${read.text.trim().slice(0, 60)}`);
        if (n < 8) continue;
        times[i]?.with.push(mine.ms);
        times[i]?.without.push(theirs.ms);
      }
    await guarded.end();
    await open.end();
    await db.drop();
    const each = times.map((time, i) => ({
      text: recorded[i]?.text.replace(/\s+/g, ' ').trim().slice(0, 50) ?? '',
      ours: percentile(time.with, 0.5),
      without: percentile(time.without, 0.5),
    }));
    const busiest = each.toSorted((a, b) => b.ours - a.ours).slice(0, BUSIEST);
    const sum = (pick: (read: (typeof each)[number]) => number) =>
      busiest.reduce((all, read) => all + pick(read), 0);
    const worst = busiest.toSorted((a, b) => b.ours / b.without - a.ours / a.without)[0];
    return [
      figure({
        name: 'ten busiest reads under RLS',
        unit: 'ms',
        ours: sum((read) => read.ours),
        reference: sum((read) => read.without),
        goal: '≤ 1.3×',
        reached: (ratio) => ratio <= 1.3,
        note: `sum of medians of ${REPEATS - 8}; the worst single one ${((worst?.ours ?? 0) / (worst?.without ?? 1)).toFixed(2)}× (${worst?.text}…); ${recorded.length} statements recorded`,
      }),
    ];
  },
};

async function session(url: string, userId: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(beginFor({ userId, role: 'user' }));
  return client;
}

async function once(client: pg.Client, read: { text: string; values: unknown[] }) {
  const began = performance.now();
  const { rowCount } = await client.query(read.text, read.values);
  return { ms: performance.now() - began, rows: rowCount };
}
