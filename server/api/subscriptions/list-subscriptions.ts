/** Which of one's accounts follow which strategies, and how; of one account or strategy where asked. */
import { z } from 'zod';
import { trader } from '#server/api/roles.ts';
import { rowsOf } from '#server/api/rows.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();

const row = z
  .object({
    id: z.uuid(),
    user_broker_id: z.uuid(),
    account: text,
    currency: text,
    strategy_id: z.uuid(),
    strategy: text,
    strategy_owned: z.boolean(),
    strategy_visibility: text,
    status: text,
    sizing_mode: text,
    sizing_value: text,
    direction: text,
    rebuys: z.boolean(),
    entry_order_type: text,
    entry_offset_bps: text,
    entry_ttl_seconds: z.number(),
    entry_reprices: z.number(),
    entry_after_reprices: text,
    exit_offset_bps: text,
    created_at: z.date(),
    open_trades: z.coerce.number(),
    own_rules: z.boolean(),
  })
  .transform((found) => ({
    id: found.id,
    accountId: found.user_broker_id,
    account: found.account,
    currency: found.currency,
    strategyId: found.strategy_id,
    strategy: found.strategy,
    strategyOwned: found.strategy_owned,
    /** PRIVATE on another's strategy: he no longer shares it, and nothing comes. */
    strategyVisibility: found.strategy_visibility,
    status: found.status,
    sizingMode: found.sizing_mode,
    sizingValue: found.sizing_value,
    direction: found.direction,
    rebuys: found.rebuys,
    entryOrderType: found.entry_order_type,
    entryOffsetBps: found.entry_offset_bps,
    entryTtlSeconds: found.entry_ttl_seconds,
    entryReprices: found.entry_reprices,
    entryAfterReprices: found.entry_after_reprices,
    exitOffsetBps: found.exit_offset_bps,
    createdAt: found.created_at,
    openTrades: found.open_trades,
    /** It has exit rules of its own. */
    ownRules: found.own_rules,
  }));

const QUERY = `
  select s.id, s.user_broker_id, b.name as account, b.currency, s.strategy_id, v.name as strategy, v.owned as strategy_owned,
    v.visibility as strategy_visibility, s.status, s.sizing_mode, trim_scale(s.sizing_value)::text as sizing_value, s.direction,
    s.rebuys, s.entry_order_type, trim_scale(s.entry_offset_bps)::text as entry_offset_bps, s.entry_ttl_seconds,
    s.entry_reprices, s.entry_after_reprices, trim_scale(s.exit_offset_bps)::text as exit_offset_bps, s.created_at,
    (select count(*) from public.trades t where t.subscription_id = s.id and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING')) as open_trades,
    exists (select from public.exit_rules r where r.subscription_id = s.id) as own_rules
  from public.subscriptions s
  join public.user_brokers b on b.id = s.user_broker_id
  join fn.strategies_visible() v on v.strategy_id = s.strategy_id
  where s.user_id = fn.actor() and ($1::uuid is null or s.user_broker_id = $1) and ($2::uuid is null or s.strategy_id = $2)
  order by lower(v.name), lower(b.name), s.id`;

export const listSubscriptions = trader
  .input(z.object({ accountId: z.uuid().nullish(), strategyId: z.uuid().nullish() }))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, (client) =>
      rowsOf(client, row, QUERY, [input.accountId ?? null, input.strategyId ?? null]),
    ),
  );
