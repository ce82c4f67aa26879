/**
 * From the text of a request to one normalised {@link Alert}, or a {@link Refusal} with code, field and sentence.
 * Entry point: {@link parseAlert}. Pure: no clock, no I/O; age, order and known symbols are judged in SQL.
 *
 * An exit or a cancel is read forgivingly: once it is clear that something must be closed, no other field
 * can refuse it.
 */
import type { Alert, Direction, Meaning, Refusal, Sides } from './alert.ts';
import { AlertRefused } from './alert.ts';
import { Fields } from './fields.ts';
import { decideMeaning } from './meaning.ts';
import { lockstep } from './shapes/lockstep.ts';
import { openAlgo } from './shapes/openalgo.ts';
import type { Head, ShapeReader } from './shapes/shape.ts';
import { threeCommas } from './shapes/three-commas.ts';
import { tradersPost } from './shapes/traderspost.ts';
import { parseSignalTime } from './signal-time.ts';
import { parseSymbol } from './symbol.ts';
import { normaliseTimeframe } from './timeframe.ts';

export type Parsed = { ok: true; alert: Alert } | { ok: false; refusal: Refusal };

/** A body as JSON.parse gave it, numbers in the sender's spelling. */
export type Body = Record<string, unknown>;

type SourceReviver = (key: string, value: unknown, context: { source?: string }) => unknown;
const keepNumbers: SourceReviver = (_key, value, context) =>
  typeof value === 'number' ? context.source : value;

const TRADERSPOST_ONLY = [
  ...[
    'sentiment',
    'signalPrice',
    'orderType',
    'limitPrice',
    'stopPrice',
    'quantityType',
    'takeProfit',
    'stopLoss',
  ],
  ...[
    'timeInForce',
    'trailAmount',
    'trailPercent',
    'optionType',
    'strikePrice',
    'expiration',
    'extendedHours',
    'extras',
  ],
  ...['ignoreTradingWindows', 'cancel', 'intrinsicValue', 'strikeCount', 'strikesAway'],
];

/** Reads the text as one JSON object. A JSON text inside a JSON string (a doubly quoted template) counts too. */
export function parseBody(text: string): { ok: true; body: Body } | { ok: false; refusal: Refusal } {
  const fail = (code: string, message: string) => ({
    ok: false as const,
    refusal: { code, field: null, message },
  });
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''), keepNumbers as (key: string, value: unknown) => unknown);
    if (typeof value === 'string' && value.trimStart().startsWith('{')) {
      value = JSON.parse(value, keepNumbers as (key: string, value: unknown) => unknown);
    }
  } catch {
    return fail(
      'INVALID_JSON',
      'The body is not JSON. Check the quotes of the message: a placeholder that is not a number must stand in quotes.',
    );
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return fail(
      'NOT_AN_OBJECT',
      'The body must be one JSON object, like {"symbol": "AAPL", "action": "buy"}.',
    );
  }
  return { ok: true, body: value as Body };
}

/** Which sender wrote it: told by the fields that only its shape has. */
function shapeOf(body: Body): ShapeReader {
  const has = (name: string) => Object.hasOwn(body, name);
  if (has('bot_uuid') || has('tv_instrument')) return threeCommas;
  if (has('apikey') || has('pricetype')) return openAlgo;
  if (has('ticker') && !has('symbol') && TRADERSPOST_ONLY.some(has)) return tradersPost;
  return lockstep;
}

function readTime(fields: Fields, reader: ShapeReader): { signalTime: string | null; timeField: string } {
  const timeField = fields.first(...reader.timeFields) ?? reader.timeFields[0] ?? 'timestamp';
  const text = fields.text(...reader.timeFields);
  if (text === null) return { signalTime: null, timeField };
  const ms = parseSignalTime(text);
  if (ms !== null) return { signalTime: new Date(ms).toISOString(), timeField };
  const problem = `must be a time: ISO 8601 or Unix seconds or milliseconds, as {{timenow}} gives it; it was ${text.slice(0, 40)}`;
  fields.fail(timeField, problem, 'BAD_TIME');
  return { signalTime: null, timeField };
}

function readTimeframe(fields: Fields): string | null {
  const text = fields.text('timeframe', 'interval');
  if (text === null) return null;
  const problem = `must be a timeframe like 5, 60, 240, D, 5m, 1h or 1d; it was ${text.slice(0, 40)}`;
  return normaliseTimeframe(text) ?? fields.fail('timeframe', problem, 'UNKNOWN_TIMEFRAME');
}

function meaningOf(fields: Fields, reader: ShapeReader, head: Head, sides: Sides): Meaning {
  const quantity = () => fields.quantity(...reader.quantityFields);
  const quantityType = () => reader.quantityType(fields);
  return decideMeaning({ verb: head.verb, after: head.after, quantity, quantityType }, sides);
}

function readAlert(body: Body, sides: Sides): Alert {
  const reader = shapeOf(body);
  const fields = new Fields(body);
  fields.know(...reader.silent, ...reader.quantityFields.map((name) => name.split('.')[0] ?? ''));
  const test = fields.flag('test');
  const head = reader.head(fields);
  const symbol = parseSymbol(head.symbol, head.exchange);
  if (symbol === null) {
    const problem = `Field "${head.symbolField}" is not a symbol that can be read: ${head.symbol.slice(0, 40)}.`;
    throw new AlertRefused('BAD_SYMBOL', head.symbolField, problem);
  }
  const meaning = meaningOf(fields, reader, head, sides);
  const opens = meaning.action === 'ENTRY' || meaning.action === 'ADD';
  if (!opens) fields.forgive();
  const direction: Direction | null = opens ? meaning.direction : null;
  const lag = fields.seconds('max_lag');
  const alert = {
    shape: reader.shape,
    ...symbol,
    ...meaning,
    ...readTime(fields, reader),
    timeframe: readTimeframe(fields),
    ...reader.details(fields, direction),
    quantityType: opens ? reader.quantityType(fields) : null,
    key: fields.text('key'),
    source: fields.text('source'),
    indicator: fields.text('indicator'),
    maxLagMs: lag === null ? null : lag * 1000,
    test,
  };
  return { ...alert, ignored: fields.ignored() };
}

/** Reads a parsed body for a strategy that trades `sides`. Never throws. */
export function parseAlert(body: Body, sides: Sides): Parsed {
  try {
    return { ok: true, alert: readAlert(body, sides) };
  } catch (error) {
    if (error instanceof AlertRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
