/**
 * Lockstep's own payload as a zod schema: the types that every shape's fields are read with, and the source
 * of the JSON Schema that the webhook serves. Messages complete the sentence `Field "x" …`.
 */
import { z } from 'zod';

const MAX_TEXT = 200;
export const MAX_LAG_LIMIT_SECONDS = 86_400;
const UNSIGNED = /^(\d{1,15}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?$/;
const SIGNED = /^[+-]?(\d{1,15}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?$/;

const mustBeNumber = 'must be a number of 0 or more, like 101.25';
const mustBeSigned = 'must be a number, like 10 or -10';

/** PostgreSQL's text takes no NUL and no half of a surrogate pair; nobody needs the other control characters. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}

export const fieldTypes = {
  text: z
    .string('must be text')
    .trim()
    .min(1, 'must not be empty')
    .max(MAX_TEXT, `must be at most ${MAX_TEXT} characters`)
    .refine(isPlain, 'must be plain text, without control characters'),
  unsigned: z.union([z.number().min(0), z.string().trim().regex(UNSIGNED)], mustBeNumber),
  signed: z.union([z.number(), z.string().trim().regex(SIGNED)], mustBeSigned),
  time: z.union(
    [z.string().trim().min(1), z.number()],
    'must be a time: ISO 8601 or Unix seconds or milliseconds',
  ),
  seconds: z.union(
    [
      z.int().min(1).max(MAX_LAG_LIMIT_SECONDS),
      z
        .string()
        .trim()
        .regex(/^\d{1,5}$/),
    ],
    `must be whole seconds from 1 to ${MAX_LAG_LIMIT_SECONDS}`,
  ),
  flag: z.union([z.boolean(), z.enum(['true', 'false', '1', '0'])], 'must be true or false'),
} as const;

const { text, unsigned, signed, time, seconds, flag } = fieldTypes;

export const lockstepPayload = z
  .looseObject({
    symbol: text
      .optional()
      .describe('Instrument, with or without exchange prefix (NASDAQ:AAPL). Or use ticker.'),
    ticker: text.optional().describe('The same as symbol.'),
    exchange: text
      .optional()
      .describe('Exchange, as {{exchange}}; _DL or _DLY at its end means delayed data.'),
    action: text.describe(
      'buy, sell, entry, long, short, exit, close, flat, cancel, add; also enter_long, exit_long, enter_short, exit_short.',
    ),
    direction: text.optional().describe('Position wanted afterwards: long, short or flat.'),
    sentiment: text.optional().describe('The same as direction; bullish and bearish are understood.'),
    market_position: text.optional().describe('{{strategy.market_position}}: long, short or flat.'),
    market_position_size: unsigned
      .optional()
      .describe('{{strategy.market_position_size}}: size afterwards, without sign.'),
    position_size: signed
      .optional()
      .describe('{{strategy.position_size}}: position wanted afterwards, negative when short.'),
    timeframe: text.optional().describe('Bar length: 5, 60, 240, D, or 5m, 1h, 4h, 1d. Or use interval.'),
    interval: text.optional().describe('The same as timeframe, as {{interval}}.'),
    timestamp: time
      .optional()
      .describe('When it fired: {{timenow}}; ISO 8601 or Unix seconds or milliseconds.'),
    time: time.optional().describe('The same as timestamp.'),
    price: unsigned.optional().describe('Price at the alert, as {{close}}.'),
    stop: unsigned.optional().describe('Stop price.'),
    target: unsigned.optional().describe('Target price.'),
    limit_price: unsigned.optional().describe('Limit price of the entry.'),
    quantity: unsigned.optional().describe('Quantity of the order, as {{strategy.order.contracts}}.'),
    quantity_type: text
      .optional()
      .describe(
        'fixed_quantity (default), dollar_amount, risk_dollar_amount, percent_of_equity, percent_of_position.',
      ),
    key: text
      .optional()
      .describe(
        "The sender's own key, as {{strategy.order.id}}-{{timenow}}: part of what makes an alert one.",
      ),
    source: text.optional().describe('Where the idea came from; shown and compared in statistics.'),
    indicator: text.optional().describe('Which indicator fired.'),
    strategy: text
      .optional()
      .describe('A label only: the address that the alert is sent to names the strategy.'),
    max_lag: seconds
      .optional()
      .describe('Refuse an entry older than this many seconds; the stricter of this and the setting holds.'),
    secret: text.optional().describe("The source's secret, where one is set."),
    test: flag
      .optional()
      .describe('true: everything is checked, nothing is stored but the note that it was.'),
  })
  .describe(
    'An alert to Lockstep. Unknown fields are ignored and named in the answer. Numbers may be strings.',
  );

/** JSON Schema (draft 2020-12) of Lockstep's own payload, as served at /api/webhook/schema.json. */
export function payloadJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(lockstepPayload, { io: 'input' }) as Record<string, unknown>;
  return {
    ...schema,
    title: 'Lockstep webhook payload',
    anyOf: [{ required: ['symbol'] }, { required: ['ticker'] }],
  };
}
