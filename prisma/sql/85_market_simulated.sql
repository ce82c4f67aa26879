-- The demo's market: an unseen symbol becomes a simulated instrument that trades 24/7, with its first quote.
-- Owner lockstep_config (instruments).

set local role lockstep_config;

-- Most instruments that alerts may bring into being.
create or replace function fn.simulated_instruments_max() returns int
language sql immutable
as $$ select 200 $$;

-- A tick size with at least five significant digits of the price, 0.01 at most.
create or replace function fn.simulated_tick_size(p_price numeric) returns numeric
language sql immutable
as $$ select least(0.01, power(10::numeric, floor(log(p_price)) - 4)) $$;

-- The instrument of a symbol, made when it is missing, the platform's setting demo_market is true and the price
-- is sane. Null where it may not be made (the alert is then UNKNOWN_SYMBOL). Price: in USD, 100 when not given.
-- Caller: the signal stage, seed. Writes: instruments; quotes by fn.quote_first.
create or replace function fn.instrument_ensure_simulated(p_symbol text, p_price numeric) returns uuid
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_id uuid;
  v_price numeric := coalesce(p_price, 100);
begin
  select i.id into v_id from public.instruments i where i.symbol = upper(p_symbol);
  if found then
    return v_id;
  end if;
  if coalesce((select s.value from public.platform_settings s where s.key = 'demo_market'), 'false') <> 'true'::jsonb
    or p_symbol !~* '^[A-Z0-9][A-Z0-9./_-]{0,23}$'
    or not (v_price > 0.000001 and v_price < 100000000)
    or (select count(*) from public.instruments i where i.simulated) >= fn.simulated_instruments_max() then
    return null;
  end if;
  insert into public.instruments (symbol, market, asset_class, currency, tick_size, lot_size, simulated)
  values (upper(p_symbol), 'CRYPTO', 'CRYPTO', 'USD', fn.simulated_tick_size(v_price), 0.000001, true)
  on conflict (symbol) do nothing
  returning id into v_id;
  if v_id is null then
    select i.id into v_id from public.instruments i where i.symbol = upper(p_symbol);
    return v_id;
  end if;
  perform fn.quote_first(v_id, v_price);
  return v_id;
end
$$;

grant execute on function fn.instrument_ensure_simulated(text, numeric) to lockstep_stage, lockstep_worker;

reset role;
