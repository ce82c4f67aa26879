/** Sources and indicators of signals: how many came, what became of them, and what they brought. */
import { z } from 'zod';
import { accountInput, bookInput, daysOf, FIRST_DAY, rangeInput } from '#server/api/list-input.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { sentenceForCode } from '#server/api/words.ts';
import { isReasonCode, phraseOf } from '#server/pipeline/3-intent/reasons.ts';
import { asSelf } from '#server/web-db.ts';

const text = z.string();
const count = z.coerce.number();

const row = z.object({
  source: text,
  indicator: text,
  received: count,
  accepted: count,
  refused: count,
  reasons: z.record(text, z.number()),
  filled: count,
  closed: count,
  wins: count,
  losses: count,
  pnl: text,
  gross_win: text,
  gross_loss: text,
});

const line = row.extend({ name: text, reasons: z.array(z.object({ text, count: z.number() })) });

const QUERY = `select * from fn.sources_performance($1, $2, $3, ${FIRST_DAY('$4')}::timestamptz)`;

/** A reason without the figures of one case: "the market {market} is closed{detail}" → "the market is closed". */
export function plainReason(code: string): string {
  if (!isReasonCode(code)) return sentenceForCode(code);
  return (
    WITHOUT_FIGURES[code] ??
    phraseOf(code, {})
      .replace(/\s*\?/g, '')
      .replace(/\s*\(\s*,?\s*\)/g, '')
  );
}

const WITHOUT_FIGURES: Partial<Record<string, string>> = {
  MARKET_CLOSED: 'the market was closed',
  ENTRY_WINDOW_CLOSED: 'too close to the end of the session',
  SIGNAL_EXPIRED: 'the signal was too old',
  QUOTE_MISSING: 'no usable price',
  QUOTE_STALE: 'a stale price',
  PRICE_MOVED: 'the price had moved too far',
  SYMBOL_NOT_ALLOWED: 'the symbol is not allowed',
  DIRECTION_NOT_ALLOWED: 'the direction is not allowed',
  OVERLAPPING_POSITION: 'a trade was already open',
  OPPOSITE_POSITION: 'an opposite trade was live',
  OPEN_ENTRY_ORDER: 'an entry was still working',
  DAILY_LOSS_LIMIT: 'the daily loss limit was reached',
  DAILY_PROFIT_LOCK: 'the daily profit lock was reached',
  MAX_OPEN_POSITIONS: 'too many open positions',
  MAX_POSITIONS_PER_SYMBOL: 'too many positions of the symbol',
  MAX_TOTAL_EXPOSURE: 'the exposure cap',
  QTY_BELOW_MINIMUM: 'the quantity was below the smallest',
  INSUFFICIENT_CAPITAL: 'not enough free capital',
  PROTECTION_WRONG_SIDE: 'stop or target on the wrong side',
  NO_STOP: 'no stop',
  HALTED: 'entries were halted',
  ACCOUNT_FROZEN: 'the account was frozen',
  BROKER_DISABLED: 'the account was disabled',
  ACCOUNT_NOT_RECONCILED: 'the account was not compared with its broker',
  CURRENCY_MISMATCH: 'another currency',
};

export const sources = member
  .input(bookInput.extend({ account: accountInput, range: rangeInput }))
  .output(z.array(line))
  .query(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const values = [input.environment, input.currency, input.account, daysOf(input.range)];
      const rows = await rowsOf(client, row, QUERY, values);
      return rows.map((one) => ({
        ...one,
        name: [one.source || 'No source named', one.indicator].filter(Boolean).join(' · '),
        reasons: Object.entries(one.reasons)
          .sort(([, a], [, b]) => b - a)
          .map(([code, n]) => ({ text: plainReason(code), count: n })),
      }));
    }),
  );
