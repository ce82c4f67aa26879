/** The API: one router per noun. */
import { events } from '#server/api/events/router.ts';
import { history } from '#server/api/history/router.ts';
import { orders } from '#server/api/orders/router.ts';
import { overview } from '#server/api/overview/router.ts';
import { positions } from '#server/api/positions/router.ts';
import { signals } from '#server/api/signals/router.ts';
import { trades } from '#server/api/trades/router.ts';
import { createCaller, router } from '#server/api/trpc.ts';

export const api = router({ events, history, orders, overview, positions, signals, trades });
export type Api = typeof api;

export const callerOf = createCaller(api);
