/** Signals, newest first, with what became of each on the reader's accounts. */
import { z } from 'zod';
import { momentCursor, symbolInput } from '#server/api/list-input.ts';
import { pageOf, pageSize } from '#server/api/list-page.ts';
import { outcomeOf, stepsOf } from '#server/api/signals/outcome.ts';
import { factsOf, readSignals, type SignalRow } from '#server/api/signals/read.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const PAGE = 50;

export const signalListInput = z.object({
  symbol: symbolInput,
  action: z.enum(['ENTRY', 'EXIT', 'CANCEL', 'ADD']).nullish(),
  cursor: momentCursor.nullish(),
  limit: pageSize(PAGE),
});

/** One row of the list. */
export const signalItem = (row: SignalRow) => {
  const facts = factsOf(row);
  return {
    id: row.id,
    symbol: row.symbol,
    tickSize: row.tick_size,
    currency: row.currency,
    action: row.action,
    direction: row.direction,
    strategy: row.strategy,
    timeframe: row.timeframe,
    price: row.price,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    steps: stepsOf(facts),
    outcome: outcomeOf(facts),
    refused: facts.accounts > 0 && facts.refused + facts.failed === facts.accounts,
    /** Alert to the last account's first fill, ms. */
    filledInMs: row.last_fill_at ? row.last_fill_at.getTime() - row.recorded_at.getTime() : null,
    pnl: row.pnl ?? {},
  };
};
export type SignalItem = ReturnType<typeof signalItem>;

export const listSignals = member.input(signalListInput).query(({ ctx, input }) =>
  asSelf(ctx.actor, async (client) => {
    const rows = await readSignals(client, {
      id: null,
      symbol: input.symbol,
      action: input.action ?? null,
      before: input.cursor ?? null,
      limit: input.limit + 1,
    });
    const page = pageOf(rows, input.limit, (last) => ({ at: last.cursor_at, id: last.id }));
    return { ...page, items: page.items.map(signalItem) };
  }),
);
