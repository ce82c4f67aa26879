/** Money where there is little room: "+$12", "−$1.2K". Pure; decimals come as strings. Without `whole` cents are kept: "+$3.00". */
const LOCALE = 'en-US';

export function compactMoney(value: string, currency: string, { sign = false, whole = true } = {}): string {
  const figure = new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: currency.length === 3 ? currency : 'USD',
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    signDisplay: sign ? 'exceptZero' : 'negative',
    ...(Math.abs(Number(value)) < 100
      ? { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: 2 }
      : { maximumSignificantDigits: 3 }),
  }).format(value as Intl.StringNumericLiteral);
  return (currency.length === 3 ? figure : figure.replace('$', `${currency} `)).replace('-', '−');
}

/** A signed figure where there is no room for its currency: "+56", "−1.2K". */
export const compactFigure = (value: string): string =>
  new Intl.NumberFormat(LOCALE, {
    notation: 'compact',
    signDisplay: 'exceptZero',
    maximumFractionDigits: Math.abs(Number(value)) < 10 ? 1 : 0,
  })
    .format(value as Intl.StringNumericLiteral)
    .replace('-', '−');

/** A day of results, "2026-11-20", as "20 Nov", or with its year. It is a day of the market, not a moment. */
export function dayText(day: string, { year = false } = {}): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: year ? 'numeric' : undefined,
    timeZone: 'UTC',
  }).format(new Date(`${day.slice(0, 10)}T00:00:00Z`));
}
