/**
 * What a replay came to: counts, money, and a digest of every trade and fill without their ids.
 *
 * Entry points: `readReport`, `digestOf`, `reportText`. Invariant: the digest depends on what happened and when in
 * simulated time, never on ids, real time or the order of rows in a table.
 */
import { createHash } from 'node:crypto';
import { one, type Queryable } from '#server/db.ts';
import type { ReplayCounts } from './replay.ts';

export interface ReplayReport {
  bars: number;
  ticks: number;
  signals: number;
  deliveries: number;
  intents: { approved: number; rejected: number };
  trades: { opened: number; closed: number };
  /** Filled exits by reason. */
  exits: Record<string, number>;
  realizedPnl: number;
  fees: number;
  invariantViolations: number;
  durationMs: number;
  digest: string;
}

/** What the readable report adds. */
export interface ReplayDetails {
  currency: string;
  refusedSignals: Record<string, number>;
  refusedTicks: number;
  refusedIntents: Record<string, number>;
  bounds: Record<string, number>;
  days: { day: string; pnl: string; trades: number }[];
  violations: string[];
}

const COUNTS = `
  select (select count(*) from public.signal_deliveries)::int as deliveries,
    (select count(*) from public.trade_intents where status in ('APPROVED', 'EXECUTED', 'FAILED') or status = 'EXPIRED' and qty > 0)::int as approved,
    (select count(*) from public.trade_intents where status = 'REJECTED')::int as rejected,
    (select count(*) from public.trades where opened_at is not null)::int as opened,
    (select count(*) from public.trades where status = 'CLOSED')::int as closed,
    (select coalesce(sum(realized_pnl), 0)::float8 from public.trades) as realized_pnl,
    (select coalesce(sum(fee), 0)::float8 from public.trade_fills) as fees`;

const EXITS = `select exit_reason as name, count(*)::int as n from public.exit_intents where filled_qty > 0 group by 1 order by 1`;
const REFUSED = `select reason_code as name, count(*)::int as n from public.trade_intents where status = 'REJECTED' group by 1 order by 2 desc, 1`;
const BOUNDS = `select bound ->> 'code' as name, count(*)::int as n from public.trade_intents where bound ->> 'code' is not null group by 1 order by 2 desc, 1`;
const DAYS = `select day::text, trim_scale(sum(pnl))::text as pnl, sum(trades)::int as trades from public.daily_pnl group by 1 order by 1`;

/** Trades in the order of their beginning; an account has one position per symbol and direction at a time. */
const TRADES = `
  select i.symbol, b.ordinal, t.direction, t.trade_type, t.origin, t.status, trim_scale(t.entry_qty)::text as entry_qty,
    trim_scale(t.exit_qty)::text as exit_qty, trim_scale(t.entry_value)::text as entry_value,
    trim_scale(t.exit_value)::text as exit_value, trim_scale(t.entry_fees + t.exit_fees)::text as fees,
    trim_scale(t.realized_pnl)::text as realized_pnl, t.exit_reason, trim_scale(t.exit_trigger_price)::text as exit_trigger_price,
    t.created_at, t.opened_at, t.closed_at
  from public.trades t join public.instruments i on i.id = t.instrument_id join public.user_brokers b on b.id = t.user_broker_id
  order by t.created_at, b.ordinal, i.symbol, t.direction, t.opened_at, t.closed_at`;

const FILLS = `
  select i.symbol, b.ordinal, f.fill_seq::text, f.side, f.effect, trim_scale(f.qty)::text as qty, trim_scale(f.price)::text as price,
    trim_scale(f.fee)::text as fee, f.occurred_at
  from public.trade_fills f join public.instruments i on i.id = f.instrument_id join public.user_brokers b on b.id = f.user_broker_id
  order by b.ordinal, i.symbol, f.fill_seq`;

/** SHA-256 over the canonical trades and fills, hex. */
export async function digestOf(db: Queryable): Promise<string> {
  const hash = createHash('sha256');
  for (const query of [TRADES, FILLS]) {
    const { rows } = await db.query<Record<string, unknown>>(query);
    for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  }
  return hash.digest('hex');
}

/** Reads the report from the replay's database, which nothing changes any more. */
export async function readReport(
  db: Queryable,
  counts: ReplayCounts,
  durationMs: number,
): Promise<ReplayReport> {
  const row = await one<
    Record<'deliveries' | 'approved' | 'rejected' | 'opened' | 'closed' | 'realized_pnl' | 'fees', number>
  >(db, COUNTS);
  const violations = await db.query('select * from fn.invariants()');
  return {
    bars: counts.bars,
    ticks: counts.ticks,
    signals: counts.signals,
    deliveries: row.deliveries,
    intents: { approved: row.approved, rejected: row.rejected },
    trades: { opened: row.opened, closed: row.closed },
    exits: await tally(db, EXITS),
    realizedPnl: row.realized_pnl,
    fees: row.fees,
    invariantViolations: violations.rows.length,
    durationMs: Math.round(durationMs),
    digest: await digestOf(db),
  };
}

export async function readDetails(
  db: Queryable,
  counts: ReplayCounts,
  currency: string,
): Promise<ReplayDetails> {
  const days = await db.query<{ day: string; pnl: string; trades: number }>(DAYS);
  const violations = await db.query('select * from fn.invariants()');
  return {
    currency,
    refusedSignals: Object.fromEntries(counts.refusedSignals),
    refusedTicks: counts.refusedTicks,
    refusedIntents: await tally(db, REFUSED),
    bounds: await tally(db, BOUNDS),
    days: days.rows,
    violations: violations.rows.map((row) => JSON.stringify(row)),
  };
}

/** The report for a person. */
export function reportText(report: ReplayReport, details: ReplayDetails): string {
  const list = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ') || 'none';
  const lines = [
    `${report.bars} bars, ${report.ticks} ticks (${details.refusedTicks} refused), ${report.signals} signals in ${(report.durationMs / 1000).toFixed(1)} s`,
    `signals refused   ${list(details.refusedSignals)}`,
    `deliveries        ${report.deliveries}`,
    `intents           ${report.intents.approved} approved, ${report.intents.rejected} rejected`,
    `  refused for     ${list(details.refusedIntents)}`,
    `  limits that bound  ${list(details.bounds)}`,
    `trades            ${report.trades.opened} opened, ${report.trades.closed} closed`,
    `exits             ${list(report.exits)}`,
    ...details.days.map(
      ({ day, pnl, trades }) => `  ${day}      ${pnl} ${details.currency} from ${trades} trades`,
    ),
    `realised P&L      ${report.realizedPnl} ${details.currency}, fees ${report.fees} ${details.currency}`,
    `invariants        ${report.invariantViolations === 0 ? 'hold' : `${report.invariantViolations} violated`}`,
    ...details.violations.slice(0, 20).map((line) => `  ${line}`),
    `digest            ${report.digest}`,
  ];
  return lines.join('\n');
}

async function tally(db: Queryable, query: string): Promise<Record<string, number>> {
  const { rows } = await db.query<{ name: string; n: number }>(query);
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}
