-- The limits that every installation begins with (layer GLOBAL): inserted once, then the admin's to change or remove.
-- The same rows stand in server/pipeline/3-intent/default-limits.ts; a test compares them. Money is per currency.

set local role lockstep_config;

insert into public.risk_limits (layer, code, scope, currency, asset_class, value)
select 'GLOBAL', d.code, d.scope, d.currency, d.asset_class, d.value
from (values
  ('MAX_POSITION_SIZE', 'POSITION', null, 'OPTION', 10),
  ('MAX_EXPOSURE_PER_POSITION', 'POSITION', 'USD', null, 1000),
  ('MAX_EXPOSURE_PER_POSITION', 'POSITION', 'INR', null, 80000),
  ('MAX_TOTAL_EXPOSURE', 'ACCOUNT', 'USD', null, 10000),
  ('MAX_TOTAL_EXPOSURE', 'ACCOUNT', 'INR', null, 800000),
  ('MAX_EXPOSURE_PERCENT', 'ACCOUNT', null, null, 20),
  ('MAX_POSITION_PERCENT', 'POSITION', null, null, 10),
  ('MAX_OPEN_POSITIONS', 'ACCOUNT', null, null, 5),
  ('MAX_POSITIONS_PER_SYMBOL', 'SYMBOL', null, null, 3),
  ('MAX_REBUYS', 'SYMBOL', null, null, 2),
  ('DAILY_LOSS_LIMIT', 'ACCOUNT', 'USD', null, 1000),
  ('DAILY_LOSS_LIMIT', 'ACCOUNT', 'INR', null, 80000),
  ('CONSECUTIVE_LOSSES', 'ACCOUNT', null, null, 5),
  ('CONSECUTIVE_LOSSES_PAUSE', 'ACCOUNT', null, null, 60),
  ('MAX_LOG_LOSS', 'POSITION', null, null, 0.02),
  ('UTILITY_FACTOR', 'POSITION', null, null, 3),
  ('QUOTE_AGE', 'ORDER', null, null, 15),
  ('PRICE_MOVED', 'ORDER', null, 'EQUITY', 0.5),
  ('PRICE_MOVED', 'ORDER', null, 'OPTION', 5),
  ('PRICE_MOVED', 'ORDER', null, 'CRYPTO', 1),
  ('ENTRY_WINDOW', 'ORDER', null, null, 60)
) d (code, scope, currency, asset_class, value)
-- A limit that the admin took away stays away: only an installation without any gets these.
where not exists (select from public.risk_limits r where r.layer = 'GLOBAL')
order by d.code, d.scope, d.currency, d.asset_class
on conflict on constraint one_limit_per_place do nothing;

reset role;
