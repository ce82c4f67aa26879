-- A signal of one's own strategy, sent by a program that is known by an API token instead of by the webhook's address.
-- Entry point: fn.signal_accept_own. It goes the webhook's way from here on: same dedupe, same limits, same rows.

set local role lockstep_signal;

-- Purpose: accepts one signal for a strategy of the actor, as if it had come to that strategy's oldest live webhook.
--   p_item as in fn.signals_accept, its token_hash aside. Returns its answer {outcome, http, code, message, signal_id,
--   retry_after, job}; the job is to be enqueued in this transaction.
-- Caller: web. Writes: what fn.signals_accept writes. Codes: LK404 (not his, archived), LK409 (no live webhook).
create or replace function fn.signal_accept_own(p_strategy uuid, p_item jsonb) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_hash bytea;
  v_answer jsonb;
begin
  if not exists (select from public.strategies s
    where s.id = p_strategy and s.user_id = fn.actor() and s.status <> 'ARCHIVED') then
    perform fn.raise_not_found();
  end if;
  select t.token_hash into v_hash
  from public.webhook_sources w join public.webhook_tokens t on t.source_id = w.id and t.disabled_at is null
    and (t.valid_until is null or t.valid_until > fn.clock())
  where w.strategy_id = p_strategy and w.status = 'ACTIVE' order by w.id, t.valid_until desc nulls first limit 1;
  if v_hash is null then
    perform fn.refuse('LK409', 'This strategy has no live webhook: create one, its rules count for signals sent here too.');
  end if;
  select to_jsonb(a) into v_answer
  from fn.signals_accept(json_build_array(p_item || jsonb_build_object('ord', 0, 'token_hash', encode(v_hash, 'hex')))) a;
  return v_answer;
end
$$;

grant execute on function fn.signal_accept_own(uuid, jsonb) to lockstep_web;

reset role;
