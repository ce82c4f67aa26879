/**
 * One trade's story as rows: the trade, its orders with their events, its fills, its exits. Decimals are strings.
 *
 * Entry point: readTrade. Reads through the caller's connection, so that row-level security decides what is seen.
 */
import type { Queryable } from '#server/db.ts';

export interface TradeStory {
  trade: Record<string, unknown>;
  orders: Record<string, unknown>[];
  fills: Record<string, unknown>[];
  exits: Record<string, unknown>[];
}

const STORY = `
  select to_jsonb(t) || jsonb_build_object('symbol', i.symbol, 'strategy', g.name, 'account', b.name) as trade,
    coalesce((select jsonb_agg(to_jsonb(o) || jsonb_build_object('events',
        (select coalesce(jsonb_agg(to_jsonb(e) order by e.id), '[]') from public.order_events e where e.order_id = o.id))
      order by o.created_at, o.id) from public.orders o where o.trade_id = t.id), '[]') as orders,
    coalesce((select jsonb_agg(to_jsonb(f) order by f.fill_seq) from public.trade_fills f where f.trade_id = t.id), '[]') as fills,
    coalesce((select jsonb_agg(to_jsonb(x) || jsonb_build_object('signal', to_jsonb(s)) order by x.created_at, x.id)
      from public.exit_intents x join public.exit_signals s on s.id = x.exit_signal_id where x.trade_id = t.id), '[]') as exits
  from public.trades t
  join public.instruments i on i.id = t.instrument_id
  join public.user_brokers b on b.id = t.user_broker_id
  left join public.strategies g on g.id = t.strategy_id
  where t.id = $1`;

/** The story of a trade, or null when the caller may not see it or there is none. */
export async function readTrade(db: Queryable, tradeId: string): Promise<TradeStory | null> {
  const { rows } = await db.query<TradeStory>(STORY, [tradeId]);
  return rows[0] ?? null;
}
