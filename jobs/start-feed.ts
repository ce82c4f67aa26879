/**
 * Prices in a worker: the feed of the symbols it leases, the trigger book over them, and the paper orders that rest on them. All
 * three move together when a lease does. Entry point: startFeed.
 */
import type { PaperEngine } from '#server/broker/paper/engine.ts';
import { FeedLoop } from '#server/market/feeds/feed-loop.ts';
import type { PriceFeed } from '#server/market/port.ts';
import { QuoteWatch } from '#server/pipeline/7-exit/watch-quotes.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { restingOrders } from './resting-orders.ts';

/** Starts feeding; the returned function stops, writes what is in the making, and gives the leases back. */
export function startFeed(ctx: PipelineContext, feed: PriceFeed, paper: PaperEngine): () => Promise<void> {
  const watch = new QuoteWatch(ctx);
  const waits = restingOrders(paper, () => performance.now());
  const loop = new FeedLoop({
    pool: ctx.pool,
    feed,
    log: ctx.log.child({ part: 'feed' }),
    worker: ctx.worker,
    clock: () => performance.now(),
    hooks: {
      onGained: watch.onGained,
      onLost: watch.onLost,
      onTicks: watch.onTicks,
      isUrgent: watch.isUrgent,
      matchPaper: async (instrumentId, quote) => {
        if (await waits(instrumentId)) await paper.matchSymbol(instrumentId, quote);
      },
    },
  });
  watch.start();
  loop.start();
  return async () => {
    await loop.stop();
    await watch.stop();
  };
}
