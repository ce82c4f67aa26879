-- Webhook sources of a person's own strategies: tokens, secrets, addresses, rates.
-- Tokens and secrets are made in the web process and arrive as hashes (the signature's key as it is: it is needed to check);
-- none of them is ever read back by the web.
-- Entry points: fn.webhook_sources_shown, fn.webhook_source_create, fn.webhook_source_update, fn.webhook_source_status_set,
-- fn.webhook_token_rotate, fn.webhook_secret_set, fn.webhook_signature_set.

set local role lockstep_config;

-- The caller's own source, locked. Callers: this file. Codes: LK404.
create or replace function fn.webhook_source_own(p_source uuid) returns public.webhook_sources
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.webhook_sources;
begin
  select * into v from public.webhook_sources w where w.id = p_source and w.user_id = fn.actor() for no key update;
  if v.id is null then perform fn.raise_not_found(); end if;
  return v;
end
$$;

-- Tells pages and the audit chain of a change of a source. Callers: this file. Writes: event_log, audit.
create or replace function fn.webhook_source_changed(p_source public.webhook_sources, p_act text, p_detail jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform fn.event_append(p_source.user_id, 'settings', 'strategy', p_source.strategy_id, '{}');
  perform fn.audit_append(p_act, 'webhook_source', p_source.id, p_detail || jsonb_build_object('strategy_id', p_source.strategy_id));
end
$$;

-- Sources of the caller's strategy with what is set and how old their tokens are; never a secret. Caller: web. Reads only.
create or replace function fn.webhook_sources_shown(p_strategy uuid)
returns table (source_id uuid, name text, status text, has_secret boolean, has_signature boolean, allowed_addresses text[],
  client_subject text, max_lag_seconds int, entries_per_minute int, entries_burst int, created_at timestamptz, tokens jsonb)
language sql stable security definer set search_path = ''
as $$
  select w.id, w.name, w.status, w.body_secret_hash is not null, w.hmac_key is not null,
    coalesce(array(select abbrev(a) from unnest(w.allowed_addresses) a order by a), '{}'), w.client_subject, w.max_lag_seconds,
    w.entries_per_minute, w.entries_burst, w.created_at,
    coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'createdAt', t.created_at, 'validUntil', t.valid_until) order by t.created_at desc, t.id)
      from public.webhook_tokens t
      where t.source_id = w.id and t.disabled_at is null and (t.valid_until is null or t.valid_until > fn.clock())), '[]')
  from public.webhook_sources w
  where w.strategy_id = p_strategy and w.user_id = fn.actor()
  order by w.created_at, w.id
$$;

-- A new source of the caller's strategy with its first token. Returns its id. Caller: web. Writes: webhook_sources,
-- webhook_tokens, event_log, audit. Codes: LK404, LK400, LK409 (20 of them).
create or replace function fn.webhook_source_create(p_strategy uuid, p_name text, p_token_hash bytea) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_strategy public.strategies := fn.strategy_own(p_strategy);
  v public.webhook_sources;
begin
  if coalesce(length(trim(p_name)), 0) not between 1 and 80 then perform fn.refuse('LK400', 'A source has a name of 1 to 80 characters.'); end if;
  if (select count(*) from public.webhook_sources w where w.strategy_id = v_strategy.id) >= 20 then
    perform fn.refuse('LK409', 'A strategy has 20 sources at most.');
  end if;
  insert into public.webhook_sources (strategy_id, user_id, name, created_at)
  values (v_strategy.id, v_strategy.user_id, trim(p_name), fn.clock()) returning * into v;
  insert into public.webhook_tokens (source_id, user_id, token_hash, created_at) values (v.id, v.user_id, p_token_hash, v.created_at);
  perform fn.webhook_source_changed(v, 'webhook_source.create', jsonb_build_object('name', v.name));
  return v.id;
end
$$;

-- Changes name, rates, addresses, the certificate's subject or the lag of the caller's source (the last three: null takes them
-- away). Caller: web. Writes: webhook_sources, event_log, audit. Codes: LK404, LK400.
create or replace function fn.webhook_source_update(p_source uuid, p jsonb) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_old public.webhook_sources := fn.webhook_source_own(p_source);
  v public.webhook_sources;
begin
  if (p ->> 'max_lag_seconds')::int not between 1 and 86400 then perform fn.refuse('LK400', 'The lag is 1 to 86400 seconds.'); end if;
  if length(trim(coalesce(p ->> 'name', v_old.name))) not between 1 and 80 then perform fn.refuse('LK400', 'A source has a name of 1 to 80 characters.'); end if;
  if jsonb_array_length(case jsonb_typeof(p -> 'allowed_addresses') when 'array' then p -> 'allowed_addresses' else '[]' end) > 64 then
    perform fn.refuse('LK400', 'A source takes 64 addresses at most.');
  end if;
  update public.webhook_sources w set
    name = coalesce(trim(p ->> 'name'), w.name),
    entries_per_minute = coalesce((p ->> 'entries_per_minute')::int, w.entries_per_minute),
    entries_burst = coalesce((p ->> 'entries_burst')::int, w.entries_burst),
    max_lag_seconds = case when p ? 'max_lag_seconds' then (p ->> 'max_lag_seconds')::int else w.max_lag_seconds end,
    client_subject = case when p ? 'client_subject' then nullif(trim(p ->> 'client_subject'), '') else w.client_subject end,
    allowed_addresses = case when jsonb_typeof(p -> 'allowed_addresses') = 'array' then nullif(array(select distinct a::inet
      from jsonb_array_elements_text(p -> 'allowed_addresses') a order by 1), '{}') when p ? 'allowed_addresses' then null else w.allowed_addresses end
  where w.id = v_old.id returning * into v;
  if v = v_old then return; end if;
  perform fn.webhook_source_changed(v, 'webhook_source.update', fn.row_changes(
    to_jsonb(v_old) - 'body_secret_hash' - 'hmac_key', to_jsonb(v) - 'body_secret_hash' - 'hmac_key'));
end
$$;

-- Disables the caller's source (its tokens answer like unknown ones) or enables it. Caller: web. Writes: webhook_sources, audit.
-- Codes: LK404, LK400.
create or replace function fn.webhook_source_status_set(p_source uuid, p_status text) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.webhook_sources := fn.webhook_source_own(p_source);
begin
  if p_status is null or p_status not in ('ACTIVE', 'DISABLED') then perform fn.refuse('LK400', 'The status must be ACTIVE or DISABLED.'); end if;
  if v.status = p_status then return; end if;
  update public.webhook_sources w set status = p_status where w.id = v.id;
  perform fn.webhook_source_changed(v, 'webhook_source.status', jsonb_build_object('status', jsonb_build_array(v.status, p_status)));
end
$$;

-- A new token for the caller's source; the ones before it count for p_grace_seconds more (0: not at all). Caller: web.
-- Writes: webhook_tokens, event_log, audit. Codes: LK404, LK400.
create or replace function fn.webhook_token_rotate(p_source uuid, p_token_hash bytea, p_grace_seconds int) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.webhook_sources := fn.webhook_source_own(p_source);
  v_now timestamptz := fn.clock();
begin
  if p_grace_seconds is null or p_grace_seconds not between 0 and 604800 then
    perform fn.refuse('LK400', 'The grace period is 0 seconds to 7 days.');
  end if;
  update public.webhook_tokens t set valid_until = least(t.valid_until, v_now + p_grace_seconds * interval '1 second'),
    disabled_at = case when p_grace_seconds = 0 then v_now end
  where t.source_id = v.id and t.disabled_at is null;
  insert into public.webhook_tokens (source_id, user_id, token_hash, created_at) values (v.id, v.user_id, p_token_hash, v_now);
  perform fn.webhook_source_changed(v, 'webhook_token.rotate', jsonb_build_object('grace_seconds', p_grace_seconds));
end
$$;

-- The secret that alerts must carry in their body, as its hash; null: none. Caller: web. Writes: webhook_sources, audit. Codes: LK404.
create or replace function fn.webhook_secret_set(p_source uuid, p_hash bytea) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.webhook_sources := fn.webhook_source_own(p_source);
begin
  update public.webhook_sources w set body_secret_hash = p_hash where w.id = v.id;
  perform fn.webhook_source_changed(v, 'webhook_source.secret', jsonb_build_object('set', p_hash is not null));
end
$$;

-- The key of the signature over the body (HMAC-SHA256); null: none. Caller: web. Writes: webhook_sources, audit. Codes: LK404.
create or replace function fn.webhook_signature_set(p_source uuid, p_key bytea) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v public.webhook_sources := fn.webhook_source_own(p_source);
begin
  update public.webhook_sources w set hmac_key = p_key where w.id = v.id;
  perform fn.webhook_source_changed(v, 'webhook_source.signature', jsonb_build_object('set', p_key is not null));
end
$$;

grant execute on function fn.webhook_sources_shown(uuid), fn.webhook_source_create(uuid, text, bytea), fn.webhook_source_update(uuid, jsonb),
  fn.webhook_source_status_set(uuid, text), fn.webhook_token_rotate(uuid, bytea, int), fn.webhook_secret_set(uuid, bytea),
  fn.webhook_signature_set(uuid, bytea) to lockstep_web;

reset role;
