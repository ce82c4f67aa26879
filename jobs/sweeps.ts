/** The registry of sweeps: what runs by the clock, how often, and in which workers. A table of contents. */
import { one } from '#server/db.ts';
import { sweepSignals } from '#server/pipeline/1-signal/sweep-signals.ts';
import { sweepLateDeliveries } from '#server/pipeline/2-delivery/fan-out.ts';
import { markAccountDays } from '#server/pipeline/3-intent/mark-account-days.ts';
import { checkLiveOrders } from '#server/pipeline/4-order/check-live-orders.ts';
import { sweepExits } from '#server/pipeline/7-exit/sweep-exits.ts';
import { reconcileDue } from '#server/pipeline/8-reconcile/reconcile-account.ts';
import { sweepStuckWork } from '#server/pipeline/8-reconcile/sweep-stuck.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import type { WorkerRole } from './jobs.ts';
import type { Sweep } from './sweeper.ts';

const SECOND = 1_000;
/** An account is compared with its broker this often (s), and at once when it never was. */
const RECONCILE_S = 300;

interface SweepDefinition {
  name: string;
  role: WorkerRole;
  everyMs: number;
  run: (ctx: PipelineContext) => Promise<unknown>;
}

const SWEEPS: readonly SweepDefinition[] = [
  { name: 'exit.sweep', role: 'execution', everyMs: SECOND, run: sweepExits },
  { name: 'signal.expire', role: 'pipeline', everyMs: 5 * SECOND, run: sweepSignals },
  { name: 'delivery.sweep', role: 'pipeline', everyMs: 5 * SECOND, run: sweepLateDeliveries },
  { name: 'account.days', role: 'pipeline', everyMs: 5 * SECOND, run: markAccountDays },
  { name: 'order.reconcile', role: 'execution', everyMs: 2 * SECOND, run: checkLiveOrders },
  {
    name: 'account.reconcile',
    role: 'execution',
    everyMs: SECOND,
    run: (ctx) => reconcileDue(ctx, RECONCILE_S),
  },
  { name: 'stuck.sweep', role: 'operations', everyMs: 10 * SECOND, run: sweepStuckWork },
  { name: 'invariants', role: 'operations', everyMs: 60 * SECOND, run: checkInvariants },
  { name: 'audit.head', role: 'operations', everyMs: 3_600 * SECOND, run: logAuditHead },
];

/** The sweeps of these roles, bound to their context. */
export function sweepsOf(ctx: PipelineContext, roles: readonly WorkerRole[]): Sweep[] {
  return SWEEPS.filter(({ role }) => roles.includes(role)).map(({ name, everyMs, run }) => ({
    name,
    everyMs,
    run: () => run(ctx),
  }));
}

/** Counts violated invariants; any is an alert that names the first. */
async function checkInvariants(ctx: PipelineContext): Promise<number> {
  const { rows } = await ctx.pool.query<{ name: string; entity: string; id: string; detail: string }>(
    'select name, entity, id, detail from fn.invariants() limit 100',
  );
  const [first] = rows;
  if (first === undefined) {
    await one(ctx.pool, "select fn.alert_clear('invariants') as cleared");
    return 0;
  }
  ctx.log.error({ violations: rows }, 'invariants are violated');
  const text = `${rows.length} invariant violations, the first: ${first.name} (${first.entity} ${first.id}: ${first.detail}).`;
  await ctx.pool.query(
    "select fn.alert_raise(null, 'CRITICAL', 'INVARIANT_BROKEN', $1, null, null, 'invariants')",
    [text],
  );
  return rows.length;
}

/** Notes the newest entry of the audit chain in the log, outside the database: `npm run audit:verify -- <seq> <hash>`. */
async function logAuditHead(ctx: PipelineContext): Promise<void> {
  const { rows } = await ctx.pool.query<{ seq: string; hash: string }>(
    "select seq, encode(hash, 'hex') as hash from public.audit_log order by seq desc limit 1",
  );
  if (rows[0]) ctx.log.info(rows[0], 'head of the audit chain');
}
