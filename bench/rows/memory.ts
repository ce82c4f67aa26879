/** Memory of the product's own worker process while it watches 100,000 open trades on 5,000 symbols. */
import { readFileSync } from 'node:fs';
import { WORKER_FLAGS } from '#jobs/worker-flags.ts';
import { one } from '#server/db.ts';
import { must, mustEqual } from '../measure.ts';
import { startChild } from '../process.ts';
import { type Figure, figure, type Row } from '../row.ts';
import { manyTrades } from './cold-start.ts';

const SYMBOLS = 5_000;
/** Long enough for several rounds of every sweep that runs by the second. */
const WATCH_MS = 30_000;
const SAMPLE_MS = 1_000;

export const memory: Row = {
  name: 'memory',
  about: 'memory of a worker at 100,000 open trades',
  run: async (server): Promise<Figure[]> => {
    const db = await manyTrades(server);
    const worker = await startChild(
      [...WORKER_FLAGS, 'jobs/worker.ts'],
      {
        DATABASE_URL_WORKER: db.url('lockstep_worker'),
        DATABASE_URL_PAPER: db.url('lockstep_paper'),
        WORKER_ROLES: 'feed,pipeline,execution,operations',
        LOG_LEVEL: 'info',
      },
      /working/,
    );
    worker.process.stdout?.resume();
    const samples: number[] = [];
    const end = performance.now() + WATCH_MS;
    while (performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      samples.push(residentMb(worker.process.pid));
    }
    const fed = await one<{ n: number }>(
      db.owner,
      'select count(*)::int as n from public.quotes where lease_epoch > 0',
    );
    must(worker.process.exitCode === null, 'the worker still runs');
    mustEqual(fed.n, SYMBOLS, 'symbols fed by the worker');
    await worker.stop();
    const { n } = await one<{ n: number }>(
      db.owner,
      "select count(*)::int as n from public.trades where status = 'OPEN'",
    );
    mustEqual(n, 100_000, 'trades that are still open');
    await db.drop();
    return [
      figure({
        name: 'worker at 100,000 open trades',
        unit: 'MB',
        ours: Math.max(...samples),
        reference: null,
        goal: '≤ 400 MB',
        reached: (_ratio, mb) => mb <= 400,
        note: `most resident memory in ${WATCH_MS / 1000} s, all roles in one process, ${SYMBOLS} simulated symbols at 4 ticks a second; at the end ${samples.at(-1)?.toFixed(0)} MB`,
      }),
    ];
  },
};

/** Resident memory of a process; 0 where the system does not tell. */
function residentMb(pid: number | undefined): number {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}
