/** The reference of the fan-out: every row that it leaves behind, by one statement of the owner, with nothing decided. */
export const BY_HAND = `
  with s as (
    select * from public.signals where id = $1
  ), done as (
    update public.signals set fanned_out_at = now(), expected_deliveries =
      (select count(*) from public.subscriptions c, s where c.strategy_id = s.strategy_id) where id = $1
  ), d as (
    insert into public.signal_deliveries (signal_id, user_id, user_broker_id, subscription_id, strategy_id, instrument_id,
      direction, status, created_at, expires_at, decided_at)
    select s.id, c.user_id, c.user_broker_id, c.id, s.strategy_id, s.instrument_id, s.direction, 'DECIDED', now(),
      s.expires_at, now()
    from public.subscriptions c join s on s.strategy_id = c.strategy_id order by c.user_broker_id
    returning *
  ), i as (
    insert into public.trade_intents (signal_delivery_id, signal_id, user_id, user_broker_id, subscription_id, strategy_id,
      instrument_id, direction, trade_type, status, reasons, inputs, qty, price, reserve_price, stop_price, target_price,
      order_type, created_at, decided_at)
    select d.id, d.signal_id, d.user_id, d.user_broker_id, d.subscription_id, d.strategy_id, d.instrument_id, d.direction,
      'NEWBUY', 'APPROVED', r.reasons, r.inputs, 5, 100, 103, 99, 102, 'MARKET', now(), now()
    from d cross join (select coalesce((select i.reasons from public.trade_intents i limit 1), '[]') as reasons,
      coalesce((select i.inputs from public.trade_intents i limit 1), '{}') as inputs) r order by d.id
    returning *
  ), t as (
    insert into public.trades (trade_intent_id, user_id, user_broker_id, instrument_id, subscription_id, strategy_id,
      signal_id, direction, currency, wanted_qty, created_at, updated_at)
    select i.id, i.user_id, i.user_broker_id, i.instrument_id, i.subscription_id, i.strategy_id, i.signal_id, i.direction,
      'USD', i.qty, now(), now()
    from i order by i.id
    returning *
  ), o as (
    insert into public.orders (user_id, user_broker_id, instrument_id, trade_id, trade_intent_id, kind, origin, side,
      order_type, qty, reserve_price, client_order_id, seed_key, created_at, updated_at)
    select t.user_id, t.user_broker_id, t.instrument_id, t.id, t.trade_intent_id, 'ENTRY', 'SIGNAL', 'BUY', 'MARKET',
      t.wanted_qty, 103, 'LS-' || t.id, concat_ws('|', s.dedupe_key, t.user_broker_id, 0), now(), now()
    from t cross join s order by t.id
    returning *
  ), e as (
    insert into public.order_events (order_id, user_id, to_status, event, at)
    select o.id, o.user_id, 'CREATED', 'CREATED', now() from o order by o.id
  ), days as (
    insert into public.account_days (user_broker_id, day, user_id, marked_at)
    select d.user_broker_id, current_date, d.user_id, now() from d order by d.user_broker_id
    on conflict (user_broker_id, day) do update set marked_at = excluded.marked_at
  ), exposure as (
    update public.account_exposure x set decided_at = now() from d where x.user_broker_id = d.user_broker_id
  ), told as (
    insert into public.event_log (user_id, topic, entity, entity_id, data, at)
    select d.user_id, k.topic, 'signal', $1, k.data, now()
    from d cross join (values ('delivery', '{"deliveries": 1}'::jsonb), ('intent', '{"approved": 1, "rejected": 0}'))
      as k(topic, data)
  ), jobs as (
    insert into pgboss.job (name, data, state, completed_on, retry_limit, retry_delay, retry_backoff, expire_seconds,
      keep_until, dead_letter)
    select 'delivery.decide', jsonb_build_object('id', d.id), 'completed'::pgboss.job_state, now(), 5, 1, true, 30, now() + interval '14 days',
      'dead' from d
    union all
    select 'order.place', jsonb_build_object('id', o.id), 'created'::pgboss.job_state, null, 5, 1, true, 30, now() + interval '14 days', 'dead'
    from o
  )
  select count(*) from o`;
