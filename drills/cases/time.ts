/** A worker that sleeps and wakes, and workers whose clocks are wrong: leases fence, and the database's clock decides. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { one } from '#server/db.ts';
import { shardOf } from '#server/market/feeds/shards.ts';
import { type Drill, onStack, Skip } from '../drill.ts';
import type { Stack, StackOptions } from '../stack.ts';
import { startTraffic } from '../traffic.ts';

const SLEEP_MS = 30_000;
const WORLD = { strategies: 4, followers: 2, instruments: 8 };

/** Notes every quote that is written under an epoch older than its lease's at that moment. */
async function watchFence(stack: Stack): Promise<() => Promise<number>> {
  await stack.admin.query(`
    create schema if not exists drill;
    create table drill.shards (instrument_id uuid primary key, lease text not null);
    create table drill.late_writes (instrument_id uuid, epoch bigint, current bigint, at timestamptz default clock_timestamp());
    create function drill.fence() returns trigger language plpgsql security definer as $$
    begin
      insert into drill.late_writes (instrument_id, epoch, current)
      select new.instrument_id, new.lease_epoch, l.epoch from drill.shards s join public.leases l on l.name = s.lease
      where s.instrument_id = new.instrument_id and l.epoch > new.lease_epoch;
      return null;
    end $$;
    create trigger drill_fence after insert or update on public.quotes for each row execute function drill.fence()`);
  for (const { id } of stack.world.instruments)
    await stack.admin.query('insert into drill.shards values ($1, $2)', [id, shardOf(id)]);
  return async () =>
    (await one<{ n: number }>(stack.admin, 'select count(*)::int as n from drill.late_writes')).n;
}

async function epochs(stack: Stack): Promise<number> {
  const text = `select coalesce(sum(epoch), 0)::int as n from public.leases where name like 'feed:%'`;
  return (await one<{ n: number }>(stack.admin, text)).n;
}

const frozen = onStack(
  'worker-frozen',
  'a worker stopped by SIGSTOP for 30 s under load and woken: its leases move, its late writes are refused',
  { world: WORLD },
  async (stack) => {
    const lateWrites = await watchFence(stack);
    const traffic = startTraffic(stack, 4);
    await delay(6_000);
    const before = await epochs(stack);
    const [sleeper] = stack.workers;
    sleeper?.kill('SIGSTOP');
    await delay(SLEEP_MS);
    const moved = (await epochs(stack)) - before;
    sleeper?.kill('SIGCONT');
    await delay(8_000);
    await traffic.stop();
    const late = await lateWrites();
    if (late > 0) throw new Error(`${late} quotes were written under a lease that had moved on`);
    if (moved === 0) throw new Error('no lease moved while its holder slept');
    return `${moved} leases moved; ${stack.client.acknowledged().length} of ${traffic.sent()} alerts acknowledged`;
  },
);

const SKEWS: Readonly<Record<string, number>> = { 'worker-1': 300_000, 'worker-2': -300_000 };
const PRELOAD = path.resolve(import.meta.dirname, '../skewed-clock.ts');

const skewed: StackOptions['extra'] = (name) =>
  name in SKEWS ? { env: { LOCKSTEP_DRILL_SKEW_MS: String(SKEWS[name]) }, preload: [PRELOAD] } : {};

/** Debian's library, which moves the clock of the whole process and not only of its JavaScript. */
function faketimeLibrary(): string | null {
  const found = spawnSync('sh', ['-c', 'ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null'], {
    encoding: 'utf8',
  });
  return found.stdout.split('\n').find((line) => line !== '') ?? null;
}

/** What both kinds of wrong clock must not change. */
async function tradeOnWrongClocks(stack: Stack): Promise<string> {
  const traffic = startTraffic(stack, 4);
  await delay(25_000);
  await traffic.stop();
  await stack.settle();
  const row = await one<{ quotes: number; wrong: number; refused: number; executed: number }>(
    stack.admin,
    `select (select count(*)::int from public.quotes where recorded_at > clock_timestamp() - interval '3 seconds') as quotes,
       (select count(*)::int from public.quotes where abs(extract(epoch from recorded_at - source_time)) > 5) as wrong,
       (select count(*)::int from public.trade_intents where status = 'REJECTED') as refused,
       (select count(*)::int from public.trade_intents where status = 'EXECUTED') as executed`,
  );
  if (row.quotes < WORLD.instruments || row.wrong > 0)
    throw new Error(`${row.quotes} pairs are fed, ${row.wrong} quotes carry a worker's own time`);
  if (row.refused > 0) throw new Error(`${row.refused} entries were refused`);
  return `${row.executed} entries executed, none refused; quotes carry the database's time`;
}

const clocks = onStack(
  'clock-skew',
  'the clocks of two workers wrong by +5 and −5 minutes (as their JavaScript sees them): the database’s clock decides',
  { world: WORLD, extra: skewed },
  tradeOnWrongClocks,
);

const faketime: Drill = {
  name: 'clock-skew-faketime',
  about: 'the same by Debian’s libfaketime, for the whole process; skipped where it is not installed',
  run: async (options) => {
    const library = faketimeLibrary();
    if (library === null) throw new Skip('libfaketime is not installed (Debian: apt install faketime)');
    const drill = onStack(
      'clock-skew-faketime',
      '',
      {
        world: WORLD,
        extra: (name) => {
          const skew = SKEWS[name];
          if (skew === undefined) return {};
          const sign = skew > 0 ? '+' : '-';
          const env = {
            LD_PRELOAD: library,
            FAKETIME: `${sign}5m`,
            DONT_FAKE_MONOTONIC: '1',
            FAKETIME_NO_CACHE: '1',
          };
          return { env };
        },
      },
      tradeOnWrongClocks,
    );
    return drill.run(options);
  },
};

export const timeDrills: readonly Drill[] = [frozen, clocks, faketime];
