/**
 * What a replay must know of its database between two steps: whether anything is under way, and when something is due.
 *
 * Entry point: `readState`. Reads only. Invariant: `due` names every moment at which a sweep could find work that it
 * would not find before, prices aside; prices are looked at with every tick while anything is under way.
 */
import { one, type Queryable } from '#server/db.ts';

export interface ReplayState {
  /** Orders, exits, wishes, deliveries or switches that are under way. */
  readonly isBusy: boolean;
  /** Orders that rest at the paper venue, to be matched with every tick. */
  readonly isResting: boolean;
  /** Trades that are entering, open or exiting. */
  readonly isOpen: boolean;
  /** The next moment after `now` at which a sweep is due, ms; null when time alone changes nothing. */
  readonly dueAt: number | null;
  /** A FLATTEN stands. */
  readonly flattening: boolean;
  /** Accounts whose day may still latch: their result at a price is fixed + perPoint × price. */
  readonly days: readonly DayLine[];
}

/** Doubles: they only tell when the database is to be asked. */
export interface DayLine {
  readonly fixed: number;
  readonly perPoint: number;
  /** Results at which a limit latches; null where there is none, or where it has latched. */
  readonly loss: number | null;
  readonly profit: number | null;
}

/** How close to a latch, as a share of it, the database is asked. */
const CLOSE_TO_LATCH = 0.001;

/** Whether the result of some account at this price is at a latch, or within a thousandth of it. */
export function isNearLatch(days: readonly DayLine[], price: number): boolean {
  return days.some(({ fixed, perPoint, loss, profit }) => {
    const result = fixed + perPoint * price;
    return (
      (loss !== null && result <= -loss * (1 - CLOSE_TO_LATCH)) ||
      (profit !== null && result >= profit * (1 - CLOSE_TO_LATCH))
    );
  });
}

const STATE = `
  with live_orders as (
    select * from public.orders o
    where o.status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED', 'PARTIALLY_FILLED', 'CANCEL_REQUESTED')
  ), exits as (
    select * from public.exit_intents x where x.status in ('PENDING', 'APPROVED', 'PLACED')
  ), trades as (
    select * from public.trades t where t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')
  ), waiting as (
    select * from public.signal_deliveries d where d.status = 'PENDING'
  ), due (at) as (
    select o.placed_at + x.rest_seconds * interval '1 second' from exits x join live_orders o on o.exit_intent_id = x.id
      where x.rest_then in ('MARKET', 'WITHDRAW')
    union all select unnest(array[o.next_reprice_at, o.expires_at, case when o.status = 'UNKNOWN' then o.next_ask_at end])
      from live_orders o
    union all select t.exit_due_at from trades t
    union all select s.recorded_at + s.cooldown_ms * interval '1 millisecond'
      from public.exit_signals s join trades t on t.id = s.trade_id where s.recorded_at > $1::timestamptz - interval '15 minutes'
    union all select d.expires_at from waiting d
    union all select fn.market_next_open($2, $1) where exists (select from exits) or exists (select from trades where exit_wish_at is not null)
  )
  select exists (select from live_orders) or exists (select from exits) or exists (select from waiting)
      or exists (select from trades where exit_wish_reason is not null or status in ('CREATED', 'ENTERING', 'EXITING'))
      or exists (select from public.switches where state <> 'OFF') as is_busy,
    exists (select from live_orders where status not in ('CREATED')) as is_resting,
    exists (select from trades) as is_open,
    exists (select from public.switches where state = 'FLATTEN') as flattening,
    (select (extract(epoch from min(d.at)) * 1000)::float8 from due d where d.at > $1) as due_at`;

const DAYS = `
  select (c.realised - coalesce(a.open_at_start, l.open_now, 0) - coalesce(o.spent, 0))::float8 as fixed,
    coalesce(o.per_point, 0)::float8 as "perPoint",
    case when a.loss_hit_at is null then lim.loss end::float8 as loss,
    case when a.profit_hit_at is null then lim.profit end::float8 as profit
  from public.user_brokers b
  cross join lateral fn.trading_day(b.home_market, $1) d
  cross join lateral fn.account_closed_sums(b.id, d.starts_at) c
  cross join lateral (select (select x.value from fn.account_limit(b.id, 'DAILY_LOSS_LIMIT') x) as loss,
    (select x.value from fn.account_limit(b.id, 'DAILY_PROFIT_LOCK') x) as profit) lim
  left join public.account_days a on a.user_broker_id = b.id and a.day = d.day
  left join lateral (select y.open_now from public.account_days y
    where y.user_broker_id = b.id and y.day < d.day order by y.day desc limit 1) l on true
  left join lateral (select sum(fn.direction_sign(t.direction) * t.open_qty * t.multiplier) as per_point,
      sum(t.entry_fees + t.exit_fees - fn.direction_sign(t.direction) * (t.exit_value - t.entry_value)) as spent
    from public.trades t
    where t.user_broker_id = b.id and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')) o on true
  where o.per_point <> 0`;

/** The state at the moment `now` (ms) of a market. `db` is the owner's. */
export async function readState(db: Queryable, market: string, now: number): Promise<ReplayState> {
  const row = await one<{
    is_busy: boolean;
    is_resting: boolean;
    is_open: boolean;
    flattening: boolean;
    due_at: number | null;
  }>(db, STATE, [new Date(now).toISOString(), market]);
  return {
    isBusy: row.is_busy,
    isResting: row.is_resting,
    isOpen: row.is_open,
    flattening: row.flattening,
    days: row.is_open
      ? (await db.query<DayLine & Record<string, unknown>>(DAYS, [new Date(now).toISOString()])).rows
      : [],
    dueAt: row.due_at === null ? null : Math.ceil(row.due_at),
  };
}
