-- Test alerts from the pages: a person sends an alert to his own webhook without knowing its token any more.
-- Entry point: fn.webhook_test_token. Invariant: what comes back is the digest that fn.signals_accept takes, never a token.

set local role lockstep_config;

-- The digest of a token of the caller's own, active source that counts now. p_real: the alert will trade, so no account with real
-- money may follow the strategy. Caller: web. Reads only. Codes: LK404, LK409.
create or replace function fn.webhook_test_token(p_source uuid, p_real boolean) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_source public.webhook_sources;
  v_hash text;
begin
  select * into v_source from public.webhook_sources w where w.id = p_source and w.user_id = fn.actor();
  if v_source.id is null then perform fn.raise_not_found(); end if;
  if v_source.status <> 'ACTIVE' then perform fn.refuse('LK409', 'This webhook is disabled: enable it first.'); end if;
  if p_real and exists (select from public.subscriptions s join public.user_brokers b on b.id = s.user_broker_id
    where s.strategy_id = v_source.strategy_id and s.status = 'ACTIVE' and b.environment = 'LIVE') then
    perform fn.refuse('LK409', 'An account with real money follows this strategy: only dry runs are sent from here.');
  end if;
  select encode(t.token_hash, 'hex') into v_hash from public.webhook_tokens t
  where t.source_id = v_source.id and t.disabled_at is null and (t.valid_until is null or t.valid_until > fn.clock())
  order by t.created_at desc, t.id desc limit 1;
  if v_hash is null then perform fn.refuse('LK409', 'This webhook has no address that counts: make a new one.'); end if;
  return v_hash;
end
$$;
grant execute on function fn.webhook_test_token(uuid, boolean) to lockstep_web;

reset role;
