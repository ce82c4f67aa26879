/**
 * What must hold after every drill, asked of the database: the venue's own ledger joined with our rows, nothing
 * acknowledged lost, nothing doubled, nothing left undone.
 *
 * Entry points: differences, unsettled, lostOf, doubles, violations. Each answers with rows; empty is healthy.
 */
import type { Queryable } from '#server/db.ts';
import type { Sent } from './client.ts';

const rowsOf = async (db: Queryable, text: string, values: unknown[] = []): Promise<unknown[]> =>
  (await db.query(text, values)).rows;

/** Orders, fills, positions and cash of the venue that are not ours, or ours that are not the venue's. */
export const differences = (db: Queryable): Promise<unknown[]> =>
  rowsOf(
    db,
    `with ours as (
       select * from public.orders where submitted_at is not null
         -- sent, found never to have arrived, and not sent again: the venue has none, rightly
         and not (status in ('CANCELLED', 'EXPIRED') and broker_order_id is null and filled_qty = 0)
     ), paid as (
       select user_broker_id, sum(case side when 'BUY' then -1 else 1 end * round(qty * price * multiplier, 8) - fee) as flow
       from public.trade_fills group by 1)
     select 'order' as what, coalesce(t.client_order_id, o.client_order_id) as id,
         jsonb_build_object('theirs', t.status, 'ours', o.status, 'filled', t.filled_qty, 'recorded', o.filled_qty) as detail
       from paper.orders t full join ours o on o.client_order_id = t.client_order_id and o.user_broker_id = t.account_id
       where (t.status, t.qty, t.filled_qty, t.side, t.instrument_id, 'P' || t.id) is distinct from
         (o.status, o.qty::numeric, o.filled_qty::numeric, o.side, o.instrument_id, coalesce(o.broker_order_id, 'P' || t.id))
     union all
     select 'fill', coalesce(t.fill_id, f.broker_fill_id), jsonb_build_object('theirs', t.qty, 'ours', f.qty)
       from (select * from paper.fills where settled_at is not null) t
       full join public.trade_fills f on f.broker_fill_id = t.fill_id and f.user_broker_id = t.account_id
       where (t.qty, t.price, t.fee) is distinct from (f.qty::numeric, f.price::numeric, f.fee::numeric)
     union all
     select 'position', coalesce(t.account_id, p.user_broker_id)::text, jsonb_build_object('theirs', t.qty, 'ours', p.qty)
       from paper.positions t full join public.positions p
         on p.user_broker_id = t.account_id and p.instrument_id = t.instrument_id
       where coalesce(t.qty, 0) <> coalesce(p.qty, 0)
     union all
     select 'cash', a.id::text, jsonb_build_object('theirs', a.cash - a.opening_cash, 'ours', p.flow)
       from paper.accounts a left join paid p on p.user_broker_id = a.id
       where a.cash - a.opening_cash <> coalesce(p.flow, 0)
     limit 20`,
  );

/** Work that is not done yet: rows between two states, jobs that wait or run. */
export const unsettled = (db: Queryable): Promise<unknown[]> =>
  rowsOf(
    db,
    `select 'order ' || status as what, count(*)::int as n from public.orders
       where status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'CANCEL_REQUESTED', 'PARTIALLY_FILLED')
         or status = 'PLACED' and (order_type = 'MARKET' or cancel_wanted_at is not null) group by 1
     union all
     select 'signal ' || action, count(*)::int from public.signals
       where status = 'PUBLISHED' and (applied_at is null or action in ('ENTRY', 'ADD') and fanned_out_at is null) group by 1
     union all
     select 'delivery', count(*)::int from public.signal_deliveries where status = 'PENDING' having count(*) > 0
     union all
     select 'intent', count(*)::int from public.trade_intents where status in ('PENDING', 'APPROVED') having count(*) > 0
     union all
     select 'exit ' || status, count(*)::int from public.exit_intents
       where status in ('APPROVED') or status = 'PENDING' and waits_for is null group by 1
     union all
     select 'wish', count(*)::int from public.trades
       where status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING') and exit_wish_reason is not null having count(*) > 0
     union all
     select 'venue fill', count(*)::int from paper.fills where settled_at is null having count(*) > 0
     union all
     select 'venue news', count(*)::int from paper.news where told_at is null having count(*) > 0
     union all
     select 'job ' || name, count(*)::int from pgboss.job where state in ('created', 'retry', 'active') group by 1`,
  );

/** Acknowledged alerts that are no row, or entries that no account was answered about. */
export async function lostOf(db: Queryable, sent: readonly Sent[]): Promise<unknown[]> {
  const keys = sent.filter(({ status }) => status !== 'test').map(({ key }) => key);
  return rowsOf(
    db,
    `select 'no signal' as what, k as id from unnest($1::text[]) k
       where not exists (select from public.signals s where s.client_key = k)
     union all
     select 'no answer', d.id::text from public.signals s join public.signal_deliveries d on d.signal_id = s.id
       left join public.trade_intents i on i.signal_delivery_id = d.id
       where s.client_key = any ($1) and d.status = 'DECIDED' and i.id is null
     union all
     select 'no delivery', s.id::text from public.signals s
       where s.client_key = any ($1) and s.action in ('ENTRY', 'ADD') and s.status = 'PUBLISHED'
         and not exists (select from public.signal_deliveries d where d.signal_id = s.id)
     limit 20`,
    [keys],
  );
}

/** What is there twice: signals of one key, entry orders of one intent at the venue. */
export const doubles = (db: Queryable): Promise<unknown[]> =>
  rowsOf(
    db,
    `select 'signal' as what, client_key as id, count(*)::int as n from public.signals
       where client_key is not null group by 2 having count(*) > 1
     union all
     select 'entry order', o.trade_intent_id::text, count(*)::int
       from paper.orders t join public.orders o on o.client_order_id = t.client_order_id
       where o.kind = 'ENTRY' and t.status <> 'REJECTED' group by 2 having count(*) > 1
     limit 20`,
  );

/** fn.invariants() and the venue's own bookkeeping. */
export const violations = (db: Queryable): Promise<unknown[]> =>
  rowsOf(
    db,
    `select name, entity, id, detail from fn.invariants()
     union all select name, 'paper', account_id::text, detail::text from paper.ledger_check() limit 20`,
  );
