// Stage 3 as SQL: thin calls of its functions. Entry points: loadIntents, recordDecisions, markDays, accountsToMark.
// Invariant: loadIntents and recordDecisions belong into one transaction; its locks are what keeps the caps.
import { type Client, one } from '#server/db.ts';
import { type Job, jobsOf } from '#server/queue.ts';
import type { Check } from './case.ts';
import type { Decision } from './decide-entry.ts';
import { batchOf } from './facts.ts';
import { REASON_CODES } from './reasons.ts';

/** Locks the accounts of these deliveries and loads what their decisions are made from; null: nothing to decide. */
export async function loadIntents(client: Client, deliveryIds: readonly string[]) {
  const { rows } = await client.query<{ fact: unknown }>('select fn.intents_load($1::uuid[]) as fact', [
    deliveryIds,
  ]);
  return batchOf(rows.map((row) => row.fact));
}

const RANK = new Map(REASON_CODES.map((code, index) => [code, index]));

/**
 * The checks as they are stored: refusals first, in the order in which they are named. One that passed with nothing to add is its
 * code alone: most are, and ten thousand decisions write half a million of them.
 */
function checksOf(decision: Decision): (Check | string)[] {
  if (decision.outcome === 'WAIT') return [];
  const rank = (check: Check) =>
    (check.ok === false ? 0 : REASON_CODES.length) + (RANK.get(check.code) ?? REASON_CODES.length);
  const plain = (check: Check) => check.ok === true && Object.keys(check.figures).length === 0;
  return decision.checks
    .toSorted((a, b) => rank(a) - rank(b))
    .map((check) => (plain(check) ? check.code : check));
}

function rowOf(decision: Decision): Record<string, unknown> {
  if (decision.outcome === 'WAIT') {
    return { delivery_id: decision.deliveryId, outcome: 'WAIT', trade_id: decision.tradeId };
  }
  const { plan } = decision;
  return {
    delivery_id: decision.deliveryId,
    outcome: decision.outcome,
    code: decision.outcome === 'REJECTED' ? decision.code : null,
    inputs: { text: decision.text, stop_by: plan?.stopBy ?? null },
    bound: decision.bound,
    trade_type: decision.tradeType,
    qty: decision.outcome === 'APPROVED' ? decision.qty.toFixed() : '0',
    price: plan?.price.toFixed() ?? null,
    reserve_price: plan?.reserve.toFixed() ?? null,
    stop_price: plan?.stop?.toFixed() ?? null,
    target_price: plan?.target?.toFixed() ?? null,
    order_type: plan?.orderType ?? null,
    limit_price: plan?.limitPrice?.toFixed() ?? null,
  };
}

export interface Recorded {
  approved: number;
  rejected: number;
  waiting: number;
  jobs: Job[];
}

/** Records decisions: intents, and for approvals trades and entry orders; what somebody else decided is left out. */
export async function recordDecisions(client: Client, decisions: readonly Decision[]): Promise<Recorded> {
  const { out } = await one<{ out: Omit<Recorded, 'jobs'> & { jobs: unknown } }>(
    client,
    'select fn.intents_record($1::jsonb, $2::jsonb) as out',
    [JSON.stringify(decisions.map(rowOf)), JSON.stringify(decisions.map(checksOf))],
  );
  return { ...out, jobs: jobsOf(out.jobs) };
}

/** Accounts with live trades, whose day wants marking. */
export async function accountsToMark(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>('select fn.accounts_to_mark() as id');
  return rows.map((row) => row.id);
}

/** Recomputes these accounts' day; a loss limit that is reached latches and alerts. */
export async function markDays(client: Client, accountIds: readonly string[]): Promise<void> {
  await client.query('select fn.account_days_mark($1::uuid[])', [accountIds]);
}
