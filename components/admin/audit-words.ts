/** Entries of the audit log as sentences. Pure. */

const ACTS: Readonly<Record<string, string>> = {
  LOGIN: 'logged in',
  LOGOUT: 'logged out',
  'account.create': 'opened an account',
  'account.freeze': 'froze an account',
  'account.status': 'changed an account’s status',
  'account.unfreeze': 'unfroze an account',
  'account.update': 'changed an account',
  'api_token.create': 'made an API token',
  'api_token.revoke': 'ended an API token',
  'exit_defaults.set': 'set the default exit rules',
  'exit_rules.set': 'set exit rules',
  'flag.force': 'took a flag from the environment',
  'flag.set': 'switched a flag',
  'invitation.accept': 'accepted an invitation',
  'invitation.create': 'invited somebody',
  'invitation.revoke': 'ended an invitation',
  'limit.clear': 'took a limit away',
  'limit.set': 'set a limit',
  'order.cancel': 'cancelled an entry',
  'password.change': 'changed the password',
  'profile.set': 'changed the profile',
  'session.confirm': 'gave the password again',
  'session.revoke': 'ended a session',
  'session.revoke_others': 'ended the other sessions',
  'strategy.create': 'made a strategy',
  'strategy.status': 'changed a strategy’s status',
  'strategy.update': 'changed a strategy',
  'subscription.create': 'let an account follow',
  'subscription.status': 'paused or resumed an account',
  'subscription.update': 'changed how an account follows',
  'switch.set': 'threw a switch',
  'totp.begin': 'began with the second factor',
  'totp.disable': 'switched the second factor off',
  'totp.enable': 'switched the second factor on',
  'totp.recovery': 'made new recovery codes',
  'totp.recovery_used': 'used a recovery code',
  'trade.close': 'closed a trade',
  'trade.exit_withdraw': 'took a close back',
  'trade.levels_set': 'set stop and target',
  'user.role': 'changed a role',
  'user.status': 'changed a user’s status',
  'webhook_source.create': 'made a webhook',
  'webhook_source.secret': 'changed a webhook’s secret',
  'webhook_source.signature': 'changed a webhook’s signature',
  'webhook_source.status': 'changed a webhook’s status',
  'webhook_source.update': 'changed a webhook',
  'webhook_token.rotate': 'gave a webhook a new address',
};

/** What was done, as it stands behind the name of the person who did it. */
export const actWords = (act: string): string => ACTS[act] ?? act.toLowerCase().replaceAll(/[._]/g, ' ');

export const isKnownAct = (act: string): boolean => Object.hasOwn(ACTS, act);

/** What or whom it was done to: "Main, of Kim", "Kim", "SPY on Main"; null where the act itself says it. */
export function aboutWords({ about, owner }: { about: string | null; owner: string | null }): string | null {
  if (about === null) return owner;
  return owner === null ? about : `${about}, of ${owner}`;
}

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const LONGEST = 160;

/** "capital 1000 → 2000" where both sides are known, "reason: drill" otherwise. */
export function changeLines(detail: Record<string, unknown>): string[] {
  return Object.entries(detail).map(([name, value]) => {
    const words = name.replaceAll('_', ' ');
    const text =
      Array.isArray(value) && value.length === 2
        ? `${words} ${shown(value[0])} → ${shown(value[1])}`
        : `${words}: ${shown(value)}`;
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  });
}
