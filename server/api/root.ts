/** The API: one router per noun. */
import { accounts } from '#server/api/accounts/router.ts';
import { apiTokens } from '#server/api/api-tokens/router.ts';
import { audit } from '#server/api/audit/router.ts';
import { events } from '#server/api/events/router.ts';
import { exitRules } from '#server/api/exit-rules/router.ts';
import { firstVisit } from '#server/api/first-visit/router.ts';
import { flags } from '#server/api/flags/router.ts';
import { history } from '#server/api/history/router.ts';
import { instruments } from '#server/api/instruments/router.ts';
import { invitations } from '#server/api/invitations/router.ts';
import { limits } from '#server/api/limits/router.ts';
import { orders } from '#server/api/orders/router.ts';
import { overview } from '#server/api/overview/router.ts';
import { positions } from '#server/api/positions/router.ts';
import { profile } from '#server/api/profile/router.ts';
import { signals } from '#server/api/signals/router.ts';
import { sources } from '#server/api/sources/router.ts';
import { strategies } from '#server/api/strategies/router.ts';
import { subscriptions } from '#server/api/subscriptions/router.ts';
import { switches } from '#server/api/switches/router.ts';
import { testAlerts } from '#server/api/test-alerts/router.ts';
import { trades } from '#server/api/trades/router.ts';
import { createCaller, router } from '#server/api/trpc.ts';
import { users } from '#server/api/users/router.ts';

export const api = router({
  accounts,
  apiTokens,
  audit,
  events,
  exitRules,
  firstVisit,
  flags,
  history,
  instruments,
  invitations,
  limits,
  orders,
  overview,
  positions,
  profile,
  signals,
  sources,
  strategies,
  subscriptions,
  switches,
  testAlerts,
  trades,
  users,
});
export type Api = typeof api;

export const callerOf = createCaller(api);
