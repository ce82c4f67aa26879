/** What a second row of each unique key looks like. Pure; 92_drill_keys inserts them. */

/** SQL of the columns in which the second row differs from the first, by key; the key's own columns stay the same. */
export interface Clash {
  table: string;
  /** Which row is doubled. */
  where?: string;
  but?: Record<string, string>;
}

const ID = { id: 'uuidv7()' };
const LIVE = `status in ('CREATED', 'SUBMITTING', 'UNKNOWN', 'PLACED')`;
const NEW_IDS = { ...ID, client_order_id: 'gen_random_uuid()::text', broker_order_id: 'null' };

/** What a second row of each key looks like. Every unique key of the schema is here (a test compares). */
export const CLASHES: Readonly<Record<string, Clash>> = {
  one_user_per_email: { table: 'public.users', but: ID },
  one_session_per_token: { table: 'public.user_sessions', but: ID },
  invitations_token_hash_key: { table: 'public.invitations', but: ID },
  api_tokens_token_hash_key: { table: 'public.api_tokens', but: ID },
  one_instrument_per_symbol: { table: 'public.instruments', but: ID },
  one_strategy_per_name: { table: 'public.strategies', but: ID },
  one_source_per_token: { table: 'public.webhook_tokens', but: ID },
  user_brokers_ordinal_key: { table: 'public.user_brokers', but: { ...ID, name: `'another'` } },
  one_account_per_name: {
    table: 'public.user_brokers',
    but: { ...ID, ordinal: `nextval('public.account_ordinal')` },
  },
  one_subscription_per_account: { table: 'public.subscriptions', but: ID },
  one_rule_set_per_place: { table: 'public.exit_rules', but: ID },
  one_limit_per_place: { table: 'public.risk_limits', but: ID },
  one_switch_per_scope: { table: 'public.switches', but: ID },
  one_paper_order_per_client_order_id: { table: 'paper.orders' },
  one_paper_fill_per_id: { table: 'paper.fills', but: { n: '99' } },
  one_paper_fill_per_number: { table: 'paper.fills', but: { fill_id: `'another'` } },
  one_movement_per_fill_and_kind: { table: 'paper.cash_ledger', where: 'fill_id is not null' },
  one_opening_per_account: { table: 'paper.cash_ledger', where: `kind = 'OPENING'` },
  one_signal_per_key: { table: 'public.signals', but: ID },
  one_delivery_per_account: { table: 'public.signal_deliveries', but: ID },
  one_intent_per_delivery: { table: 'public.trade_intents', but: ID },
  one_trade_per_intent: { table: 'public.trades', but: ID },
  one_exit_signal_per_episode: { table: 'public.exit_signals', but: ID },
  one_exit_intent_per_signal: { table: 'public.exit_intents', where: `status = 'FILLED'`, but: ID },
  one_pending_exit_per_trade: {
    table: 'public.exit_intents',
    where: `status = 'PLACED'`,
    but: { ...ID, exit_signal_id: "(select id from public.exit_signals where detected_by = 'SPARE')" },
  },
  one_order_per_client_id: {
    table: 'public.orders',
    where: `status = 'FILLED'`,
    but: { ...ID, broker_order_id: 'null' },
  },
  one_order_per_broker_id: {
    table: 'public.orders',
    where: `status = 'FILLED' and broker_order_id is not null`,
    but: { ...ID, client_order_id: `'another'` },
  },
  one_live_entry_order_per_trade: {
    table: 'public.orders',
    where: `kind = 'ENTRY' and ${LIVE}`,
    but: NEW_IDS,
  },
  one_live_exit_order_per_trade: { table: 'public.orders', where: `kind = 'EXIT' and ${LIVE}`, but: NEW_IDS },
  one_fill_per_broker_id: { table: 'public.trade_fills', but: { ...ID, fill_seq: '999' } },
  one_fill_per_sequence: { table: 'public.trade_fills', but: { ...ID, broker_fill_id: `'another'` } },
  one_lot_per_fill: { table: 'public.fifo_lots', but: ID },
  one_allocation_per_lot_and_fill: { table: 'public.fifo_allocations', but: ID },
  one_result_per_day_and_kind: { table: 'public.daily_pnl', but: ID },
  one_open_alert_per_key: {
    table: 'public.alerts',
    where: 'cleared_at is null and key is not null',
    but: ID,
  },
  one_open_discrepancy: { table: 'public.discrepancies', but: ID },
  one_open_quarantine_per_entity: { table: 'public.quarantine', but: ID },
};
