/** Sums of accounts per environment and currency. Pure; decimals in, strings out. */
import { Decimal } from '#server/money.ts';

export interface Part {
  environment: string;
  currency: string;
  capital: string;
  pnl: string;
  realised: string;
  open: string;
  openCount: number;
  exposure: string;
}

export interface BookSums extends Part {
  accounts: number;
  /** Of the capital, in percent. */
  pnlPercent: string;
  exposurePercent: string;
}

const SUMMED = ['capital', 'pnl', 'realised', 'open', 'exposure'] as const;

/** One row per environment and currency, in the order of the accounts. */
export function sumsOf(accounts: readonly Part[]): BookSums[] {
  const books = Map.groupBy(accounts, (one) => `${one.environment} ${one.currency}`);
  return [...books.values()].flatMap((parts) => {
    const [first] = parts;
    if (!first) return [];
    const sum = Object.fromEntries(
      SUMMED.map((key) => [key, parts.reduce((total, part) => total.plus(part[key]), new Decimal(0))]),
    ) as Record<(typeof SUMMED)[number], Decimal>;
    const share = (value: Decimal) =>
      sum.capital.isZero() ? '0' : value.div(sum.capital).times(100).toFixed(4);
    return [
      {
        environment: first.environment,
        currency: first.currency,
        accounts: parts.length,
        capital: sum.capital.toFixed(),
        pnl: sum.pnl.toFixed(),
        pnlPercent: share(sum.pnl),
        realised: sum.realised.toFixed(),
        open: sum.open.toFixed(),
        openCount: parts.reduce((total, part) => total + part.openCount, 0),
        exposure: sum.exposure.toFixed(),
        exposurePercent: share(sum.exposure),
      },
    ];
  });
}
