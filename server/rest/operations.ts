/** The API for machines: its operations, in the order of the document. */
import type { Operation } from '#server/rest/operation.ts';
import { getPnl } from '#server/rest/operations/get-pnl.ts';
import { listOrders } from '#server/rest/operations/list-orders.ts';
import { listPositions } from '#server/rest/operations/list-positions.ts';
import { listTrades } from '#server/rest/operations/list-trades.ts';
import { postSignal } from '#server/rest/operations/post-signal.ts';
import { throwKillSwitch } from '#server/rest/operations/throw-kill-switch.ts';

export const REST_PREFIX = '/api/v1';

export const OPERATIONS: readonly Operation[] = [
  postSignal,
  listPositions,
  listOrders,
  listTrades,
  getPnl,
  throwKillSwitch,
];
