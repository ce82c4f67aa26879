/**
 * The soak: twenty alerts a second on fifty accounts for as long as asked, with a kill by chance every ten seconds; then
 * everything is counted against the sender's own log.
 */
import { randomInt } from 'node:crypto';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { one } from '#server/db.ts';
import { type Drill, onStack } from '../drill.ts';
import type { Stack } from '../stack.ts';
import { startTraffic } from '../traffic.ts';

const ACCOUNTS = 50;
const PER_SECOND = 20;
const KILL_EVERY_MS = 10_000;
/** Entry and exit of one pair are this far apart, so that the outage of a kill does not make them overtake each other. */
const APART_MS = 12_000;
const INVARIANTS_EVERY_MS = 5_000;

/** Kills by chance: a worker, the web process, or every connection; the kinds are counted. */
async function killOne(stack: Stack, kills: Map<string, number>): Promise<void> {
  const victims = [...stack.workers, ...stack.webs];
  const choice = randomInt(victims.length + 1);
  const victim = victims[choice];
  const kind = victim === undefined ? 'backends' : victim.name.replace(/-\d+$/, '');
  kills.set(kind, (kills.get(kind) ?? 0) + 1);
  if (victim !== undefined) return victim.murder();
  await stack.admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where usename in ('lockstep_web', 'lockstep_worker', 'lockstep_paper')`,
  );
}

/** Memory of all processes once they have run for a while, MiB. */
const memoryOf = (stack: Stack): string =>
  [...stack.webs, ...stack.workers].map((one) => `${one.name} ${Math.round(one.memory())}`).join(', ');

/** What the queue knows of the rows that a violation names. */
async function jobsOf(stack: Stack, violations: readonly { id: string }[]): Promise<string> {
  const { rows } = await stack.admin.query(
    `select name, state, retry_count, created_on, started_on, heartbeat_on, start_after, data ->> 'id' as id
     from pgboss.job where data ->> 'id' = any ($1) order by created_on`,
    [violations.map(({ id }) => id)],
  );
  return JSON.stringify(rows);
}

interface Figures {
  alerts: number;
  entries: number;
  intents: number;
  refused: number;
  expired: number;
  ordered: number;
  p50: number;
  p99: number;
  calm50: number;
  calm99: number;
}

/** Counts, and the time from an alert's acceptance to its order at the venue; "calm": alerts more than 8 s after a kill. */
function figuresOf(stack: Stack, kills: readonly Date[]): Promise<Figures> {
  return one<Figures & Record<string, number>>(
    stack.admin,
    `with ordered as (
       select s.recorded_at, extract(epoch from v.submitted_at - s.recorded_at) * 1000 as ms,
         not exists (select from unnest($1::timestamptz[]) k where s.recorded_at between k - interval '1 second' and k + interval '8 seconds') as calm
       from public.signals s join public.signal_deliveries d on d.signal_id = s.id
       join public.trade_intents i on i.signal_delivery_id = d.id
       join public.orders o on o.trade_intent_id = i.id and o.kind = 'ENTRY'
       join paper.orders v on v.client_order_id = o.client_order_id)
     select (select count(*)::int from public.signals) as alerts,
       (select count(*)::int from public.signals where action = 'ENTRY') as entries,
       (select count(*)::int from public.trade_intents) as intents,
       (select count(*)::int from public.trade_intents where status = 'REJECTED') as refused,
       (select count(*)::int from public.trade_intents where status in ('FAILED', 'EXPIRED')) + (select count(*)::int
         from public.signal_deliveries where status = 'EXPIRED') as expired,
       (select count(*)::int from ordered) as ordered,
       (select percentile_cont(0.5) within group (order by ms)::int from ordered) as p50,
       (select percentile_cont(0.99) within group (order by ms)::int from ordered) as p99,
       (select percentile_cont(0.5) within group (order by ms)::int from ordered where calm) as calm50,
       (select percentile_cont(0.99) within group (order by ms)::int from ordered where calm) as calm99`,
    [kills],
  );
}

export const soak: Drill = onStack(
  'soak',
  'twenty alerts a second on fifty accounts with a random kill every 10 s, invariants every 5 s (--minutes, default 10)',
  { world: { strategies: ACCOUNTS, followers: 1, instruments: 12 } },
  async (stack, { minutes, say }) => {
    const kinds = new Map<string, number>();
    const kills: Date[] = [];
    let broken = 0;
    const traffic = startTraffic(stack, PER_SECOND, APART_MS);
    const end = performance.now() + minutes * 60_000;
    await delay(KILL_EVERY_MS);
    const memoryBefore = memoryOf(stack);
    let nextLook = 0;
    while (performance.now() < end) {
      kills.push(new Date());
      await killOne(stack, kinds);
      const next = performance.now() + KILL_EVERY_MS;
      while (performance.now() < Math.min(next, end)) {
        if (performance.now() >= nextLook) {
          nextLook = performance.now() + INVARIANTS_EVERY_MS;
          const { rows } = await stack.admin.query(
            'select name, entity, id, detail from fn.invariants() limit 5',
          );
          broken += rows.length;
          if (rows.length > 0)
            say(`invariants during the soak: ${JSON.stringify(rows)} ${await jobsOf(stack, rows)}`);
        }
        await delay(200);
      }
    }
    await traffic.stop();
    const memoryAfter = memoryOf(stack);
    await stack.settle();
    const f = await figuresOf(stack, kills);
    const acknowledged = stack.client.acknowledged();
    const keys = new Set(acknowledged.map(({ key }) => key)).size;
    if (broken > 0) throw new Error(`${broken} violations of invariants while it ran`);
    if (keys !== f.alerts) throw new Error(`${keys} alerts acknowledged, ${f.alerts} stored`);
    const killed = [...kinds].map(([kind, n]) => `${n} × ${kind}`).join(', ');
    const refusals = [...stack.client.refusals].map(([code, n]) => `${n} × ${code}`).join(', ');
    return [
      `${minutes} min, kills ${killed}; ${availableParallelism()} cores, load ${loadavg().map(Math.round).join(' ')} at the end`,
      `sent ${traffic.sent()}, acknowledged ${acknowledged.length}, lost 0, doubled 0 (resent: ${refusals})`,
      `entries ${f.entries}, decided ${f.intents}, in the ledger ${f.ordered}, refused ${f.refused}, expired ${f.expired}`,
      `alert → order p50 ${f.p50} ms, p99 ${f.p99} ms; away from kills p50 ${f.calm50} ms, p99 ${f.calm99} ms`,
      `memory (MiB) at the beginning ${memoryBefore}; at the end ${memoryAfter}`,
    ].join('; ');
  },
);
