/**
 * Figures and times as a trader reads them. Pure: decimals come as strings and never become floats on the
 * way to the screen (Intl formats numeric strings exactly).
 * Invariants: a real minus sign (−), a thin space before %, a plus only where a change is meant.
 */
const LOCALE = 'en-US';
const MINUS = '−';
const THIN = ' ';

type Signed = { sign?: boolean };

const numeric = (value: string) => value as Intl.StringNumericLiteral;
const realMinus = (text: string) => text.replace('-', MINUS);

/** True when the decimal string is zero in any spelling ("0", "-0.000"). */
export const isZero = (value: string): boolean => /^-?0*\.?0*$/.test(value);

/** Less than half a cent: shown as 0.00, so it has no colour either. */
const ROUNDS_TO_ZERO = /^-?0*(\.(0{0,2}|00[0-4]\d*))?$/;

/** 'gain', 'loss' or 'flat' for an amount of money, a decimal string. */
export function toneOf(value: string): 'gain' | 'loss' | 'flat' {
  if (ROUNDS_TO_ZERO.test(value)) return 'flat';
  return value.startsWith('-') ? 'loss' : 'gain';
}

/** Money in its currency, two decimals; codes without a symbol of their own are written before the figure. */
export function money(value: string, currency: string, { sign = false }: Signed = {}): string {
  const figure = new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: currency.length === 3 ? currency : 'USD',
    currencyDisplay: 'narrowSymbol',
    signDisplay: sign ? 'exceptZero' : 'negative',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(numeric(value));
  return realMinus(currency.length === 3 ? figure : figure.replace('$', `${currency} `));
}

/** Digits after the point that a tick size asks for: "0.01" → 2, "0.05" → 2, "1" → 0. */
export function decimalsOf(tickSize: string): number {
  const fraction = tickSize.split('.')[1] ?? '';
  return fraction.replace(/0+$/, '').length;
}

/** A price at its instrument's precision; an average may carry two digits more. */
export function price(
  value: string,
  decimals: number,
  { average = false }: { average?: boolean } = {},
): string {
  return realMinus(
    new Intl.NumberFormat(LOCALE, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: average ? decimals + 2 : decimals,
    }).format(numeric(value)),
  );
}

/** A quantity without padding zeros. */
export const quantity = (value: string): string =>
  realMinus(new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 12 }).format(numeric(value)));

/** Percent points ("1.5" → "1.50 %") with one thin space. */
export function percent(value: string, { sign = false }: Signed = {}): string {
  const figure = new Intl.NumberFormat(LOCALE, {
    signDisplay: sign ? 'exceptZero' : 'negative',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(numeric(value));
  return `${realMinus(figure)}${THIN}%`;
}

/** A span of milliseconds as a person says it: "38 ms", "4.2 s", "12 min", "3 h 5 m", "2 d 4 h". */
export function span(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = (n: number, unit: string) => (n === 0 ? '' : ` ${n} ${unit}`);
  if (hours < 48) return `${hours} h${rest(minutes % 60, 'm')}`;
  return `${Math.floor(hours / 24)} d${rest(hours % 24, 'h')}`;
}

const clockFormats = new Map<string, Intl.DateTimeFormat>();

function clockFormat(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${JSON.stringify(options)}`;
  const known = clockFormats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
  clockFormats.set(key, made);
  return made;
}

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;

/** 14:31:07 today; with the date when older; with milliseconds where a story needs them. */
export function timeOfDay(at: Date, zone: string, now: Date, { millis = false } = {}): string {
  const clock = clockFormat(zone, millis ? { ...CLOCK, fractionalSecondDigits: 3 } : CLOCK).format(at);
  const day = clockFormat(zone, { year: 'numeric', month: 'short', day: 'numeric' });
  if (day.format(at) === day.format(now)) return clock;
  const sameYear = at.getUTCFullYear() === now.getUTCFullYear();
  const date = clockFormat(zone, sameYear ? { month: 'short', day: 'numeric' } : { dateStyle: 'medium' });
  return `${date.format(at)} ${clock}`;
}

/** The full moment with its zone, for a hover: "20 Nov 2026, 14:31:07.112 UTC". */
export function fullTime(at: Date, zone: string): string {
  return clockFormat(zone, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    ...CLOCK,
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  }).format(at);
}

/** "1 account", "3 accounts". */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
