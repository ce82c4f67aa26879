/** What a person sets on an account. Money in the account's currency; rates in basis points of the notional. Pure. */
import { z } from 'zod';
import { amount, basisPoints, currency, name, positive, symbols } from '#server/api/fields.ts';

const fees = z
  .object({
    makerBps: basisPoints,
    takerBps: basisPoints,
    feePerShare: amount,
    feePerContract: amount,
    feeMinimum: amount,
  })
  .partial();

export const newAccount = z.object({
  name,
  currency: currency.default('USD'),
  /** The market whose trading day resets the account's day counters. */
  homeMarket: z.string().trim().min(1).max(20).default('CRYPTO'),
  capital: positive,
  ...fees.shape,
});

export const accountChange = z.object({
  id: z.uuid(),
  name: name.optional(),
  capital: positive.optional(),
  /** Symbols that no rule may sell. */
  holdSymbols: symbols.optional(),
  ...fees.shape,
});
