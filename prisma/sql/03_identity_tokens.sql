-- API tokens of a person, for machines: shown once, stored as hashes, bound to scopes.
-- Entry points: fn.api_token_create, fn.api_token_revoke (the person), fn.api_token_touch (establishes the caller of a request).

set local role lockstep_identity;

-- A new token of the caller. p_days: how long it counts, null for ever. Returns its id. Caller: web. Writes: api_tokens, audit.
-- Codes: LK404 (no caller), LK400, LK409 (50 live ones).
create or replace function fn.api_token_create(p_name text, p_token_hash bytea, p_scopes text[], p_days int) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
  v_now timestamptz := fn.clock();
begin
  if fn.actor() is null then perform fn.raise_not_found(); end if;
  if coalesce(length(trim(p_name)), 0) not between 1 and 80 then perform fn.refuse('LK400', 'A token has a name of 1 to 80 characters.'); end if;
  if coalesce(cardinality(p_scopes), 0) = 0 then perform fn.refuse('LK400', 'Say what the token may do.'); end if;
  if p_days not between 1 and 3650 then perform fn.refuse('LK400', 'A token counts for 1 to 3650 days.'); end if;
  if (select count(*) from public.api_tokens t where t.user_id = fn.actor() and t.revoked_at is null) >= 50 then
    perform fn.refuse('LK409', 'There are 50 tokens already: revoke one first.');
  end if;
  insert into public.api_tokens (user_id, name, token_hash, scopes, created_at, expires_at)
  values (fn.actor(), trim(p_name), p_token_hash, array(select distinct s from unnest(p_scopes) s order by s), v_now,
    v_now + p_days * interval '1 day')
  returning id into v_id;
  perform fn.event_append(fn.actor(), 'settings', 'api_token', v_id, '{}');
  perform fn.audit_append('api_token.create', 'api_token', v_id, jsonb_build_object('name', trim(p_name), 'scopes', p_scopes, 'days', p_days));
  return v_id;
end
$$;

-- Ends a token of the caller; a repeat does nothing. Caller: web. Writes: api_tokens, audit. Codes: LK404.
create or replace function fn.api_token_revoke(p_token uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform from public.api_tokens t where t.id = p_token and t.user_id = fn.actor() for no key update;
  if not found then perform fn.raise_not_found(); end if;
  update public.api_tokens t set revoked_at = fn.clock() where t.id = p_token and t.revoked_at is null;
  if not found then return; end if;
  perform fn.event_append(fn.actor(), 'settings', 'api_token', p_token, '{}');
  perform fn.audit_append('api_token.revoke', 'api_token', p_token, '{}');
end
$$;

-- Whose token this is and what it may do: {tokenId, userId, role, scopes}; null for one that is unknown, revoked, run out or of a
-- disabled user. Caller: web, per request. Writes: api_tokens (last use, at most once a minute).
create or replace function fn.api_token_touch(p_token_hash bytea) returns jsonb
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_now timestamptz := fn.clock();
  v_token public.api_tokens;
  v_user public.users;
begin
  select * into v_token from public.api_tokens t
    where t.token_hash = p_token_hash and t.revoked_at is null and (t.expires_at is null or t.expires_at > v_now);
  if v_token.id is null then return null; end if;
  select * into v_user from public.users u where u.id = v_token.user_id and u.status = 'ACTIVE';
  if v_user.id is null then return null; end if;
  if v_token.last_used_at is null or v_token.last_used_at < v_now - interval '1 minute' then
    update public.api_tokens t set last_used_at = v_now where t.id = v_token.id and t.revoked_at is null;
  end if;
  return jsonb_build_object('tokenId', v_token.id, 'userId', v_user.id, 'role', v_user.role, 'scopes', v_token.scopes);
end
$$;

grant execute on function fn.api_token_create(text, bytea, text[], int), fn.api_token_revoke(uuid), fn.api_token_touch(bytea)
  to lockstep_web;

reset role;
