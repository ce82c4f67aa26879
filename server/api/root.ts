/** The API: one router per noun. */
import { events } from '#server/api/events/router.ts';
import { signals } from '#server/api/signals/router.ts';
import { trades } from '#server/api/trades/router.ts';
import { createCaller, router } from '#server/api/trpc.ts';

export const api = router({ events, signals, trades });
export type Api = typeof api;

export const callerOf = createCaller(api);
