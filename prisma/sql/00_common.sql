-- Common helpers: time, caller, refusals, job lists. Pure ones are neither definer nor SET (a SET stops inlining).

-- The time of every rule. Sessions of tests and replays (lockstep.test_clock=on) read the settable clock.
-- Callers read it once into a variable, after their last lock wait.
create or replace function fn.clock() returns timestamptz
language sql stable
as $$
  select case
    when current_setting('lockstep.test_clock', true) = 'on' then (select c.now_at from public.test_clock c)
    else clock_timestamp()
  end
$$;

-- The user on whose behalf this transaction of the web runs; null when none was set (a reset setting reads '').
create or replace function fn.actor() returns uuid
language sql stable
as $$ select nullif(current_setting('lockstep.actor', true), '')::uuid $$;

-- Refuses with a code of the register (README.md) and a text that may be shown.
create or replace function fn.refuse(p_code text, p_message text) returns void
language plpgsql
as $$
begin
  raise exception using errcode = p_code, message = p_message;
end
$$;

-- What another tenant's row and a missing row answer alike.
create or replace function fn.raise_not_found() returns void
language plpgsql
as $$
begin
  raise exception using errcode = 'LK404', message = 'NOT_FOUND';
end
$$;

-- Joins two job lists; either may be null.
create or replace function fn.jobs_concat(p_one jsonb, p_other jsonb) returns jsonb
language sql immutable
as $$ select coalesce(p_one, '[]'::jsonb) || coalesce(p_other, '[]'::jsonb) $$;

-- One job as a list: [{name, id}].
create or replace function fn.job(p_name text, p_id uuid) returns jsonb
language sql immutable
as $$ select jsonb_build_array(jsonb_build_object('name', p_name, 'id', p_id)) $$;

-- +1 for what gains when the price rises, −1 for the mirror image.
create or replace function fn.direction_sign(p_direction text) returns numeric
language sql immutable
as $$ select case p_direction when 'LONG' then 1 when 'SHORT' then -1 end::numeric $$;

-- The side that closes a trade of this direction.
create or replace function fn.closing_side(p_direction text) returns text
language sql immutable
as $$ select case p_direction when 'LONG' then 'SELL' when 'SHORT' then 'BUY' end $$;

grant execute on function fn.clock(), fn.actor(), fn.refuse(text, text), fn.raise_not_found(), fn.jobs_concat(jsonb, jsonb),
  fn.job(text, uuid), fn.direction_sign(text), fn.closing_side(text)
  to lockstep_stage, lockstep_worker, lockstep_web, lockstep_web_admin, lockstep_web_researcher, lockstep_paper;
