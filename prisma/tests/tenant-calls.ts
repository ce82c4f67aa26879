/**
 * The access matrix as data: every function that runs as its owner and that lockstep_web may execute.
 *
 * A new one must be told of here, or 01_tenants.test.ts fails. `:trade` and the like stand for ids of somebody else.
 */

/** They establish the caller by a secret or its hash, or act on nothing but the actor himself. */
export const ESTABLISH_THE_CALLER: Readonly<Record<string, string>> = {
  login_begin: 'e-mail and password',
  login_succeed: 'the stored hash as proof of the password',
  login_factor: 'the stored hash as proof of the password',
  login_factor_pass: 'the stored hash as proof of the password',
  session_touch: "the hash of the session's secret",
  session_end: "the hash of the session's secret",
  session_confirm: 'the stored hash as proof of the password',
  password_change: 'the stored hash as proof of the password',
  invitation_read: "the hash of the invitation's token",
  invitation_accept: "the hash of the invitation's token",
  api_token_touch: "the hash of the API token's secret",
  webhook_source_get: 'the hash of the token',
  webhook_failure_count: 'before there is a caller: an address and a reason',
  signals_accept: 'the hash of the token, in each item',
  audit_append: 'writes in the name of the actor only',
  idempotency_begin: 'keys of the actor only',
  idempotency_finish: 'keys of the actor only',
  account_create: 'an account of the actor',
  strategy_create: 'a strategy of the actor',
  api_token_create: 'a token of the actor',
  profile_set: 'the profile of the actor',
  totp_begin: 'the second factor of the actor',
  totp_enable: 'the second factor of the actor',
  totp_disable: 'the second factor of the actor',
  totp_recovery_set: 'the second factor of the actor',
  totp_state: 'the second factor of the actor',
};

/** NOT_FOUND: refused as if there were no such row. NOTHING: none of the other person's rows. FALSE: no. */
export type Answer = 'NOT_FOUND' | 'NOTHING' | 'FALSE';

const LIMIT = `'{"code": "MAX_OPEN_POSITIONS", "scope": "ACCOUNT", "value": "3"}'`;
const HASH = `'\\x${'ab'.repeat(32)}'`;

export const CALLS: readonly (readonly [call: string, answer: Answer])[] = [
  [`fn.account_freeze(:account, 'not mine')`, 'NOT_FOUND'],
  [`fn.account_status_set(:account, 'DISABLED')`, 'NOT_FOUND'],
  [`fn.account_update(:account, '{"name": "Mine now"}')`, 'NOT_FOUND'],
  ['fn.accounts_today()', 'NOTHING'],
  ['fn.api_token_revoke(:token)', 'NOT_FOUND'],
  [`fn.exit_rules_set('STRATEGY', :strategy, '{"stop_pct": "3"}')`, 'NOT_FOUND'],
  [`fn.exit_rules_set('SUBSCRIPTION', :subscription, '{"stop_pct": "3"}')`, 'NOT_FOUND'],
  [`fn.exit_rules_set('TRADE', :trade, '{"stop_pct": "3"}')`, 'NOT_FOUND'],
  [`fn.exit_rules_shown('STRATEGY', :strategy)`, 'NOT_FOUND'],
  [`fn.exit_rules_shown('SUBSCRIPTION', :subscription)`, 'NOT_FOUND'],
  [`fn.exit_rules_shown('TRADE', :trade)`, 'NOT_FOUND'],
  [`fn.limit_set('USER', :user, ${LIMIT})`, 'NOT_FOUND'],
  [`fn.limit_set('ACCOUNT', :account, ${LIMIT})`, 'NOT_FOUND'],
  [`fn.limit_set('SUBSCRIPTION', :subscription, ${LIMIT})`, 'NOT_FOUND'],
  ['fn.limits_visible()', 'NOTHING'],
  ['fn.order_cancel_manual(:order)', 'NOT_FOUND'],
  ['fn.session_is_confirmed(:session)', 'FALSE'],
  ['fn.session_revoke(:session)', 'NOT_FOUND'],
  ['fn.sessions_revoke_others(:session)', 'NOT_FOUND'],
  [`fn.signal_accept_own(:strategy, '{"symbol": "SPY", "action": "ENTRY"}')`, 'NOT_FOUND'],
  ['fn.signals_visible(:signal, null, null, null, null, 10)', 'NOTHING'],
  ['fn.signals_visible(null, null, null, null, null, 10)', 'NOTHING'],
  [`fn.sources_performance('PAPER', 'USD', :account, null)`, 'NOTHING'],
  ['fn.strategies_shared()', 'NOTHING'],
  ['fn.strategies_visible()', 'NOTHING'],
  [`fn.strategy_status_set(:strategy, 'PAUSED')`, 'NOT_FOUND'],
  [`fn.strategy_update(:strategy, '{"name": "Mine now"}')`, 'NOT_FOUND'],
  [
    `fn.subscription_create(jsonb_build_object('user_broker_id', :account, 'strategy_id', :strategy))`,
    'NOT_FOUND',
  ],
  [`fn.subscription_status_set(:subscription, 'PAUSED')`, 'NOT_FOUND'],
  [`fn.subscription_update(:subscription, '{"sizing_value": "9"}')`, 'NOT_FOUND'],
  [`fn.switch_preview('USER', :user)`, 'NOT_FOUND'],
  [`fn.switch_preview('ACCOUNT', :account)`, 'NOT_FOUND'],
  [`fn.switch_set('USER', :user, 'HALT', 'not mine')`, 'NOT_FOUND'],
  [`fn.switch_set('ACCOUNT', :account, 'HALT', 'not mine')`, 'NOT_FOUND'],
  ['fn.switches_visible()', 'NOTHING'],
  [`fn.trade_close_manual(:trade, null, 'MARKET', null)`, 'NOT_FOUND'],
  ['fn.trade_exit_withdraw(:trade)', 'NOT_FOUND'],
  [`fn.trade_levels_set(:trade, 95, 110, '{}')`, 'NOT_FOUND'],
  [`fn.webhook_secret_set(:source, ${HASH})`, 'NOT_FOUND'],
  [`fn.webhook_signature_set(:source, ${HASH})`, 'NOT_FOUND'],
  [`fn.webhook_source_create(:strategy, 'Mine', ${HASH})`, 'NOT_FOUND'],
  [`fn.webhook_source_status_set(:source, 'DISABLED')`, 'NOT_FOUND'],
  [`fn.webhook_source_update(:source, '{"name": "Mine now"}')`, 'NOT_FOUND'],
  ['fn.webhook_sources_shown(:strategy)', 'NOTHING'],
  ['fn.webhook_test_token(:source, false)', 'NOT_FOUND'],
  [`fn.webhook_token_rotate(:source, ${HASH}, 60)`, 'NOT_FOUND'],
];

/** The name of the function that a call calls. */
export const nameOf = (call: string): string => /^fn\.(\w+)/.exec(call)?.[1] ?? '';
