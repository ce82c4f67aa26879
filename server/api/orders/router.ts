import { cancelOrder } from '#server/api/orders/cancel-order.ts';
import { getOrder } from '#server/api/orders/get-order.ts';
import { listOrders } from '#server/api/orders/list-orders.ts';
import { router } from '#server/api/trpc.ts';

export const orders = router({ list: listOrders, get: getOrder, cancel: cancelOrder });
