-- Trades of a batch of decisions, created by one statement.
-- Entry point: fn.trades_create. Invariant: one trade per approved intent, in intent order.

set local role lockstep_trade;

-- Creates the trades of approved intents in state CREATED; those that have one are left as they are.
-- Caller: stage 3, in the deciding transaction. Writes: trades.
create or replace function fn.trades_create(p_intents uuid[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.trades (trade_intent_id, user_id, user_broker_id, instrument_id, subscription_id, strategy_id,
    signal_id, direction, trade_type, origin, currency, multiplier, wanted_qty, signal_stop, signal_target, created_at, updated_at)
  select n.id, n.user_id, n.user_broker_id, n.instrument_id, n.subscription_id, n.strategy_id, n.signal_id, n.direction,
    n.trade_type, 'SIGNAL', i.currency, i.multiplier, n.qty, s.stop_price, s.target_price, p_now, p_now
  from public.trade_intents n
  join public.instruments i on i.id = n.instrument_id
  join public.signals s on s.id = n.signal_id
  where n.id = any (p_intents) and n.status = 'APPROVED'
  order by n.id
  on conflict on constraint one_trade_per_intent do nothing;
end
$$;

grant execute on function fn.trades_create(uuid[], timestamptz) to lockstep_stage;

reset role;
