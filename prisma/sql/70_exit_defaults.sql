-- The complete exit rules of each asset class: the lowest layer, inserted once and then edited by the admin.
-- The same numbers stand in server/pipeline/7-exit/exit-rules.ts; a test compares them.
-- Percentages are percent numbers; null switches a number off; decimals are strings.

set local role lockstep_config;

insert into public.exit_rules (layer, asset_class, rules)
select 'ASSET_CLASS', c.asset_class, d.rules || c.rules
from (values (jsonb_build_object(
    'stop_pct', '2.5', 'stop_atr_k', null, 'stop_atr_costs', false,
    'hard_stop_pct', '5', 'target_pct', null, 'rungs', '[]'::jsonb,
    'trail_arm_pct', '3.5', 'trail_atr_k', '2', 'trail_min_pct', '1', 'trail_max_pct', '2', 'trail_step_atr_k', '0.5',
    'max_hold_hours', '120', 'max_hold_days', null, 'end_of_day', false, 'end_of_day_s', 300,
    'rest_stop_s', 5, 'rest_target_s', 30, 'rest_signal_s', 15,
    'limit_offset_bps', '1', 'cooldown_s', 30, 'quiet_close_s', 300))) d (rules),
  (values
    ('CRYPTO', '{}'::jsonb),
    ('EQUITY', '{}'::jsonb),
    ('OPTION', '{"stop_pct": "50", "hard_stop_pct": "75", "target_pct": "50", "trail_arm_pct": null}'::jsonb)) c (asset_class, rules)
order by c.asset_class
on conflict on constraint one_rule_set_per_place do nothing;

reset role;
