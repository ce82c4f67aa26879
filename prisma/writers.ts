/**
 * The single-writer map: which stage owns which tables, and what no log-in may read.
 *
 * The one place in code: prisma/apply.ts makes the grants and policies from it, the catalog test compares
 * them with PostgreSQL, the tidy test searches the SQL files for writes of a stranger.
 * Tables that are named here and do not exist yet are skipped: they come with their features.
 */
export const STAGES = {
  identity: [
    'users',
    'user_secrets',
    'user_sessions',
    'login_attempts',
    'invitations',
    'api_tokens',
    'idempotency_keys',
    'audit_log',
  ],
  config: [
    'strategies',
    'webhook_sources',
    'webhook_tokens',
    'subscriptions',
    'user_brokers',
    'broker_credentials',
    'instruments',
    'markets',
    'market_days',
    'exit_rules',
    'risk_limits',
    'feature_flags',
    'switches',
    'notification_channels',
    'platform_settings',
  ],
  signal: [
    'webhook_events',
    'signals',
    'signal_heads',
    'signal_rearm',
    'webhook_buckets',
    'webhook_failures',
  ],
  delivery: ['signal_deliveries'],
  intent: ['trade_intents', 'account_exposure', 'account_days'],
  order: ['orders', 'order_events'],
  fill: ['trade_fills'],
  trade: ['trades', 'trade_targets', 'positions', 'fifo_lots', 'fifo_allocations', 'daily_pnl'],
  exit: ['exit_signals', 'exit_intents'],
  reconcile: ['reconciliation_runs', 'discrepancies', 'quarantine', 'corporate_actions'],
  market: [
    'quotes',
    'candles',
    'matrix_scores',
    'option_snapshots',
    'gex_snapshots',
    'options_flow_snapshots',
    'provider_health',
    'tick_rejects',
  ],
  engine: [
    'experiments',
    'agent_decisions',
    'shadow_decisions',
    'shadow_trades',
    'shadow_positions',
    'agent_performance',
  ],
  events: ['event_log', 'alerts', 'notifications', 'leases', 'worker_heartbeats', 'replay_runs'],
} as const satisfies Record<string, readonly string[]>;

export type Stage = keyof typeof STAGES;

/** Tables of the ground itself: written by the owner of the database alone. */
export const GROUND_TABLES = ['_prisma_migrations', 'schema_state', 'test_clock'] as const;

/** Tables that only their own stage reads: its definer functions answer for them. */
export const SEALED_TABLES = ['user_secrets', 'broker_credentials'] as const;

/** What the worker reads of the sealed tables: it speaks with the brokers. */
export const WORKER_SEALED_READS: readonly string[] = ['broker_credentials'];

/** Tables of nobody in particular that every signed-in person reads (and the readiness check). */
export const REFERENCE_TABLES: readonly string[] = [
  'markets',
  'market_days',
  'instruments',
  'quotes',
  'candles',
  'matrix_scores',
  'feature_flags',
  'platform_settings',
  'provider_health',
  'worker_heartbeats',
  'schema_state',
];

/** Columns that no web role reads, by table (the sealed tables are not repeated). */
export const SECRET_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  user_sessions: ['token_hash'],
  invitations: ['token_hash'],
  api_tokens: ['token_hash'],
  webhook_sources: ['body_secret_hash', 'hmac_key'],
  webhook_tokens: ['token_hash'],
};

/** What a column is called that is likely to hold a secret; each such column is listed above or below. */
export const SECRET_NAME = /secret|password|totp|token|hash|hmac|sealed|recovery/;

/** Columns that look like a secret by name and are none: `table.column`, with the reason. */
export const HARMLESS_COLUMNS: Readonly<Record<string, string>> = {
  'signals.body_hash': 'digest of a stored alert',
  'audit_log.prev_hash': 'link of the audit chain',
  'audit_log.hash': 'link of the audit chain',
  'schema_state.hash': 'digest of the schema files',
  'webhook_buckets.tokens': 'fill of a rate limiter',
};

/** The role that owns a stage's functions and alone writes its tables. */
export function roleOf(stage: Stage): `lockstep_${Stage}` {
  return `lockstep_${stage}`;
}

export const STAGE_NAMES = Object.keys(STAGES) as Stage[];
export const STAGE_ROLES: readonly string[] = STAGE_NAMES.map(roleOf);

/** The stage that writes a table, or null for one of the ground. */
export function writerOf(table: string): Stage | null {
  return STAGE_NAMES.find((stage) => (STAGES[stage] as readonly string[]).includes(table)) ?? null;
}
