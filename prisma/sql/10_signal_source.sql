-- The webhook's way in: tokens, failures of strangers, and the bucket of entries per source.
-- Entry points: fn.webhook_source_get, fn.webhook_failure_count. The secret (or its hash) is the credential:
-- nothing here takes the id of a source from outside.

set local role lockstep_signal;

-- What tokens open: each one's source and strategy with the settings that reading an alert needs. No row for an
-- unknown, disabled or run-out token, a disabled source or an archived strategy: all answer alike. Takes many
-- hashes at once, so that a flood of requests is a few statements. Caller: web. Reads only.
create or replace function fn.webhook_source_get(p_token_hashes bytea[])
returns table (token_hash text, version text, source_id uuid, strategy_id uuid, user_id uuid, sides text, body_secret_hash text,
  hmac_key bytea, allowed_addresses text[], client_subject text, entries_per_minute int)
language sql stable security definer set search_path = ''
as $$
  select encode(o.token_hash, 'hex'), o.version, (o.source).id, (o.strategy).id, (o.strategy).user_id, (o.strategy).sides,
    encode((o.source).body_secret_hash, 'hex'), (o.source).hmac_key,
    array(select text(a) from unnest((o.source).allowed_addresses) a), (o.source).client_subject, (o.source).entries_per_minute
  from fn.webhook_sources_open(p_token_hashes) o
$$;

-- Counts a request that named no source: one row per address, reason and minute. Answers how many of that
-- address the minute has seen. Past p_limit nothing is written any more. Counters older than a day are forgotten.
-- Caller: web. Writes: webhook_failures.
create or replace function fn.webhook_failure_count(p_address inet, p_reason text, p_limit int) returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_minute timestamptz := date_trunc('minute', fn.clock());
  v_count int;
begin
  select sum(f.count) into v_count from public.webhook_failures f
  where f.address = p_address and f.minute = v_minute;
  if v_count > p_limit then return v_count; end if;
  insert into public.webhook_failures as f (address, reason, minute, count)
  values (p_address, left(p_reason, 40), v_minute, 1)
  on conflict (address, reason, minute) do update set count = f.count + 1;
  if v_count is null then
    delete from public.webhook_failures f where (f.address, f.reason, f.minute) in (
      select o.address, o.reason, o.minute from public.webhook_failures o
      where o.minute < v_minute - interval '1 day' order by 1, 2, 3 limit 1000 for update skip locked);
  end if;
  return coalesce(v_count, 0) + 1;
end
$$;

-- Draws tokens (1; a test 0) from a source's bucket of entries. Answers 0 when there was at least one, else the
-- seconds until there is. (plpgsql, as everything that runs once per alert: its plans are kept.)
-- Caller: stage 1, holding the bucket. Writes: webhook_buckets.
create or replace function fn.webhook_bucket_draw(p_source uuid, p_per_minute int, p_burst int, p_tokens int, p_now timestamptz)
returns int
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_level numeric;
begin
  select least(p_burst::numeric, b.tokens + greatest(extract(epoch from p_now - b.refilled_at), 0) * p_per_minute / 60)
  into v_level from public.webhook_buckets b where b.source_id = p_source;
  if v_level < 1 then
    return greatest(1, ceil((1 - v_level) * 60 / p_per_minute));
  end if;
  if p_tokens > 0 then
    update public.webhook_buckets b set tokens = v_level - p_tokens, refilled_at = greatest(b.refilled_at, p_now)
    where b.source_id = p_source;
  end if;
  return 0;
end
$$;

grant execute on function fn.webhook_source_get(bytea[]), fn.webhook_failure_count(inet, text, int)
  to lockstep_web, lockstep_worker;

reset role;
