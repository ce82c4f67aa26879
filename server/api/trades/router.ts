import { closeTrade } from '#server/api/trades/close-trade.ts';
import { getTrade } from '#server/api/trades/get-trade.ts';
import { listCandles } from '#server/api/trades/list-candles.ts';
import { listTrades } from '#server/api/trades/list-trades.ts';
import { liveTrades } from '#server/api/trades/live-trades.ts';
import { previewClose } from '#server/api/trades/preview-close.ts';
import { withdrawExit } from '#server/api/trades/withdraw-exit.ts';
import { router } from '#server/api/trpc.ts';

export const trades = router({
  list: listTrades,
  live: liveTrades,
  get: getTrade,
  candles: listCandles,
  previewClose,
  close: closeTrade,
  withdrawExit,
});
