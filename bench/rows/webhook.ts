/** Webhook acknowledgements: per second against a bare Next route and a bare node:http server, and their p99 in a burst. */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { one, type Pool } from '#server/db.ts';
import { type Answered, post } from '../load.ts';
import { inTurn, must, mustEqual, percentile } from '../measure.ts';
import { type Child, startChild } from '../process.ts';
import { type Figure, figure, type Row } from '../row.ts';
import type { BenchDatabase } from '../server.ts';
import { type BenchStrategy, newInstruments, newStrategy } from '../world.ts';

const ALERTS = 6_000;
const BURST = 10_000;
const ROUNDS = 3;
const CONNECTIONS = 128;
const BURST_CONNECTIONS = 256;
/** What TradingView waits for an answer (ms). */
const TRADINGVIEW_MS = 3_000;
const NEXT_APP = path.join(import.meta.dirname, '../reference/next');

interface World {
  db: BenchDatabase;
  strategy: BenchStrategy;
  symbols: string[];
  alert: () => string;
}

async function makeWorld(db: BenchDatabase): Promise<World> {
  await db.owner.query(
    `create schema bench; create table bench.alerts (id bigint generated always as identity primary key, body text not null);
     grant usage on schema bench to lockstep_web; grant insert, select on bench.alerts to lockstep_web;`,
  );
  const strategy = await newStrategy(db.owner);
  const symbols = (await newInstruments(db.owner, 200)).map((instrument) => instrument.symbol);
  await db.settle();
  let n = 0;
  const alert = () => {
    n += 1;
    return JSON.stringify({
      symbol: symbols[n % symbols.length],
      action: 'entry',
      direction: 'long',
      price: '100',
      timeframe: '5',
      timestamp: new Date().toISOString(),
      key: `${n}-${randomBytes(6).toString('hex')}`,
    });
  };
  return { db, strategy, symbols, alert };
}

const web = (db: BenchDatabase, script: string, serve = ''): Promise<Child> =>
  startChild([script], {
    DATABASE_URL_WEB: db.url('lockstep_web'),
    BENCH_SERVE: serve,
    NODE_ENV: 'production',
  });

/** Everything that was acknowledged is there, once. */
async function checkAccepted(pool: Pool, answers: Answered, distinct: number): Promise<void> {
  const ids = new Set<string>();
  for (const [n, status] of answers.status.entries()) {
    mustEqual(status, 200, `answer ${n} (${answers.body[n]})`);
    ids.add(String((JSON.parse(answers.body[n] ?? '{}') as { signal_id?: string }).signal_id));
  }
  mustEqual(ids.size, distinct, 'different signals in the answers');
  const { n } = await one<{ n: number }>(
    pool,
    'select count(*)::int as n from public.signals where id = any ($1)',
    [[...ids]],
  );
  mustEqual(n, distinct, 'signals stored');
}

export const webhook: Row = {
  name: 'webhook',
  about: 'webhook acknowledgements per second, everything on',
  run: async (server) => {
    const db = await server.database();
    const world = await makeWorld(db);
    await promisify(execFile)('npx', ['next', 'build'], { cwd: NEXT_APP });
    const children = {
      ours: await web(db, 'bench/processes/web.ts', 'webhook'),
      bare: await web(db, 'bench/processes/web.ts', 'bare'),
      next: await web(db, path.join(NEXT_APP, 'serve.ts')),
    };
    const bodies = () => Array.from({ length: ALERTS }, world.alert);
    const perSecond = (answers: Answered) => (ALERTS * 1000) / answers.tookMs;
    const ours = async (): Promise<number> => {
      const answers = await post(
        Number(children.ours.said),
        `/api/webhook/${world.strategy.token}`,
        bodies(),
        CONNECTIONS,
      );
      await checkAccepted(db.owner, answers, ALERTS);
      return perSecond(answers);
    };
    const reference = async (child: Child): Promise<number> => {
      const answers = await post(Number(child.said), '/alerts', bodies(), CONNECTIONS);
      must(
        answers.status.every((status) => status === 200),
        'the reference answered 200',
      );
      return perSecond(answers);
    };
    await ours();
    await reference(children.bare);
    await reference(children.next);
    const againstNext = await inTurn(ROUNDS, ours, () => reference(children.next));
    const againstBare = await inTurn(ROUNDS, ours, () => reference(children.bare));
    for (const child of Object.values(children)) await child.stop();
    // nobody fans them out here
    await db.checkInvariants(['fan_out_is_soon']);
    await db.drop();
    const about = `${CONNECTIONS} connections, ${ALERTS} alerts a round on ${world.symbols.length} symbols`;
    return [
      figure({
        name: 'webhook acks, Next route',
        unit: '1/s',
        ...againstNext,
        goal: '≥ 5×',
        reached: (ratio) => ratio >= 5,
        note: `${againstNext.spread}; ${about}`,
      }),
      figure({
        name: 'webhook acks, bare node:http',
        unit: '1/s',
        ...againstBare,
        goal: '≥ 1.3×',
        reached: (ratio) => ratio >= 1.3,
        note: `${againstBare.spread}; ${about}`,
      }),
    ];
  },
};

export const burst: Row = {
  name: 'burst',
  about: 'acknowledgement p99 in a burst of 10,000 alerts, 20 % of them duplicates',
  run: async (server): Promise<Figure[]> => {
    const db = await server.database();
    const world = await makeWorld(db);
    const child = await web(db, 'bench/processes/web.ts', 'webhook');
    const send = (bodies: readonly string[]) =>
      post(Number(child.said), `/api/webhook/${world.strategy.token}`, bodies, BURST_CONNECTIONS);
    await send(Array.from({ length: 1_000 }, world.alert));
    const all: number[] = [];
    let tookMs = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const distinct = Array.from({ length: BURST * 0.8 }, world.alert);
      // every fourth is resent, byte for byte, a while after its first sending
      const bodies = distinct.flatMap((body, n) =>
        n % 4 === 3 ? [body, distinct[Math.max(0, n - 43)] ?? body] : [body],
      );
      mustEqual(bodies.length, BURST, 'alerts in the burst');
      const answers = await send(bodies);
      await checkAccepted(db.owner, answers, distinct.length);
      all.push(...answers.ms);
      tookMs += answers.tookMs;
    }
    await child.stop();
    // nobody fans them out here
    await db.checkInvariants(['fan_out_is_soon']);
    await db.drop();
    const p99 = percentile(all, 0.99);
    return [
      figure({
        name: 'ack p99 in a burst',
        unit: 'ms',
        ours: p99,
        reference: TRADINGVIEW_MS,
        goal: '≤ 0.05',
        reached: (ratio) => ratio <= 0.05,
        note: `p50 ${percentile(all, 0.5).toFixed(1)} ms, worst ${Math.max(...all).toFixed(0)} ms, ${((ROUNDS * BURST * 1000) / tookMs).toFixed(0)}/s over ${BURST_CONNECTIONS} connections; none lost, none doubled`,
      }),
    ];
  },
};
