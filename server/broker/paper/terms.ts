/**
 * On what terms the paper broker opens an account: as the account's own settings say when it is first used.
 *
 * Entry point: `accountTerms`. Reads public.user_brokers with the worker's pool, never with the book's.
 */
import { one, type Queryable } from '#server/db.ts';
import { Decimal } from '#server/money.ts';
import type { PaperTerms } from './engine.ts';

interface TermsRow {
  currency: string;
  capital: string;
  maker_bps: string;
  taker_bps: string;
  fee_per_share: string;
  fee_per_contract: string;
  fee_minimum: string;
}

/** Currency, starting cash (the account's capital) and fee schedule. Throws when there is no such account. */
export async function accountTerms(db: Queryable, accountId: string): Promise<PaperTerms> {
  const row = await one<TermsRow & Record<string, unknown>>(
    db,
    `select currency, capital, maker_bps, taker_bps, fee_per_share, fee_per_contract, fee_minimum
     from public.user_brokers where id = $1`,
    [accountId],
  );
  return {
    currency: row.currency,
    cash: new Decimal(row.capital),
    makerBps: new Decimal(row.maker_bps),
    takerBps: new Decimal(row.taker_bps),
    feePerShare: new Decimal(row.fee_per_share),
    feePerContract: new Decimal(row.fee_per_contract),
    feeMinimum: new Decimal(row.fee_minimum),
  };
}
