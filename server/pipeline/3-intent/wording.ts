// Figures as a trader reads them: money with its currency, percent, times in the account's zone.
// Entry points: money, percent, quantity, timeOfDay, duration. Pure; every function takes what it formats.
import type { Decimal } from '#server/money.ts';

const SIGNS: Readonly<Record<string, string>> = { USD: '$', INR: '₹', EUR: '€', GBP: '£' };

function grouped(text: string): string {
  const [whole = '0', fraction] = text.split('.');
  const groups = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

/** "$1,000", "₹80,000", "−$12.50", "CHF 5": cents only where there are any. */
export function money(value: Decimal, currency: string): string {
  const rounded = value.abs().toDecimalPlaces(2);
  const digits = grouped(rounded.isInteger() ? rounded.toFixed(0) : rounded.toFixed(2));
  const sign = value.isNegative() && !rounded.isZero() ? '−' : '';
  return `${sign}${SIGNS[currency] ?? `${currency} `}${digits}`;
}

/** A price with the digits that it has, at most eight. */
export function priceText(value: Decimal): string {
  return grouped(value.toDecimalPlaces(8).toFixed());
}

/** A quantity with the digits that it has. */
export function quantity(value: Decimal): string {
  return grouped(value.toFixed());
}

/** 2.5 → "2.5 %". */
export function percent(value: Decimal): string {
  return `${value.toDecimalPlaces(2).toFixed()} %`;
}

/** A pure number such as a log loss. */
export function ratio(value: Decimal): string {
  return value.toDecimalPlaces(4).toFixed();
}

/** "14:32" in the account's time zone. */
export function timeOfDay(at: Date, timeZone: string): string {
  return clockIn(timeZone).format(at);
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
  clocks.set(timeZone, made);
  return made;
}

/** "15 s", "2 min", "3 h": one unit, since it stands in a sentence. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}
