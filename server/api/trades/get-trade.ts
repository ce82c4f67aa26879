/** One trade: its figures, what would close it, and its whole story. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { exitLevelsOf } from '#server/api/trades/exit-levels.ts';
import { milestonesOf } from '#server/api/trades/milestones.ts';
import {
  readHappenings,
  readIntentOf,
  readSignalOf,
  readTrade,
  type TradeDetailRow,
} from '#server/api/trades/read.ts';
import { tradeStatusText, tradeSteps } from '#server/api/trades/steps.ts';
import { storyOf } from '#server/api/trades/story.ts';
import { targetsOf } from '#server/api/trades/targets.ts';
import { member } from '#server/api/trpc.ts';
import { exitReasonText, sentenceForCode } from '#server/api/words.ts';
import { asSelf } from '#server/web-db.ts';

const isLive = (status: string) => ['CREATED', 'ENTERING', 'OPEN', 'EXITING'].includes(status);

const head = (row: TradeDetailRow) => ({
  id: row.id,
  symbol: row.symbol,
  market: row.market,
  tickSize: row.tick_size,
  lotSize: row.lot_size,
  currency: row.currency,
  account: row.account,
  broker: row.broker,
  strategy: row.strategy,
  signalId: row.signal_id,
  instrumentId: row.instrument_id,
  direction: row.direction,
  isRebuy: row.trade_type === 'REBUY',
  status: row.status,
  statusText: tradeStatusText(row.status, row.exit_wish_reason),
  isLive: isLive(row.status),
  wantedQty: row.wanted_qty,
  entryQty: row.entry_qty,
  exitQty: row.exit_qty,
  openQty: row.open_qty,
  dustQty: row.dust_qty,
  entryAverage: row.entry_average,
  exitAverage: row.exit_average,
  fees: row.fees,
  pnl: row.pnl,
  pnlPercent: row.pnl_percent,
  entrySlippage: row.entry_slippage,
  exitSlippage: row.exit_slippage,
  exitReason: row.exit_reason ? exitReasonText(row.exit_reason) : null,
  exitTrigger: row.exit_trigger_price,
  /** Stop and target in force, and those of its own, from the signal or by hand; null leaves them to the rules. */
  standing: {
    stop: row.stop_price,
    target: row.target_price,
    ownStop: row.signal_stop,
    ownTarget: row.signal_target,
  },
  unprotected:
    row.unprotected_reason && row.unprotected_at
      ? { why: sentenceForCode(row.unprotected_reason), since: row.unprotected_at }
      : null,
  createdAt: row.created_at,
  openedAt: row.opened_at,
  closedAt: row.closed_at,
});

export const getTrade = member.input(z.object({ id: z.uuid() })).query(({ ctx, input }) =>
  asSelf(ctx.actor, async (client) => {
    const trade = await readTrade(client, input.id);
    if (!trade) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such trade.' });
    const signal = await readSignalOf(client, trade.signal_id);
    const intent = await readIntentOf(client, trade.id);
    const happenings = await readHappenings(client, trade.id);
    const { orders, fills, exits } = happenings;
    const pending = exits.findLast((exit) =>
      ['PENDING', 'APPROVED', 'PLACED'].includes(exit.intent_status ?? ''),
    );
    const orderStatus = orders.at(-1)?.status ?? null;
    const wanted = trade.exit_wish_reason !== null && isLive(trade.status) && !pending;
    return {
      ...head(trade),
      steps: tradeSteps({ status: trade.status, orderStatus, filled: trade.opened_at !== null }),
      milestones: milestonesOf({ trade, signal, intent, orders, fills }),
      levels: exitLevelsOf(trade, signal),
      targets: targetsOf(trade, happenings.targets),
      /** Asked for and kept, while nothing of it is on its way yet. */
      wish: wanted ? exitReasonText(trade.exit_wish_reason ?? '') : null,
      canWithdraw:
        pending?.exit_reason === 'MANUAL'
          ? pending.order_type === 'LIMIT' || pending.intent_status === 'PENDING'
          : wanted && trade.exit_wish_reason === 'MANUAL',
      pendingExit: pending && {
        reason: exitReasonText(pending.exit_reason),
        status: pending.intent_status,
        waitsFor: pending.waits_for ? sentenceForCode(pending.waits_for) : null,
        qty: pending.qty,
        orderType: pending.order_type,
        limitPrice: pending.limit_price,
      },
      orders: orders.map((order) => ({
        id: order.id,
        kind: order.kind,
        side: order.side,
        type: order.order_type,
        qty: order.qty,
        filledQty: order.filled_qty,
        limitPrice: order.limit_price,
        average: order.average,
        status: order.status,
        clientId: order.client_order_id,
        brokerId: order.broker_order_id,
        fees: order.fees,
        createdAt: order.created_at,
      })),
      fills: fills.map((fill) => ({
        id: fill.id,
        at: fill.occurred_at,
        effect: fill.effect,
        side: fill.side,
        qty: fill.qty,
        price: fill.price,
        fee: fill.fee,
      })),
      story: storyOf({ ...happenings, trade, signal, intent }),
    };
  }),
);
