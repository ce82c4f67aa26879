/** What a person sets on a subscription. Pure. */
import { z } from 'zod';
import { basisPoints, positive } from '#server/api/fields.ts';

export const subscriptionSettings = z
  .object({
    sizingMode: z.enum(['FIXED_QTY', 'FIXED_NOTIONAL', 'PERCENT_OF_CAPITAL', 'RISK_PERCENT', 'SIGNAL_QTY']),
    /** Quantity, money, percent of capital, percent at risk, or the multiplier of the signal's quantity. */
    sizingValue: positive,
    direction: z.enum(['LONG', 'SHORT', 'BOTH']),
    rebuys: z.boolean(),
    entryOrderType: z.enum(['MARKET', 'LIMIT']),
    /** Through the touch where positive. */
    entryOffsetBps: basisPoints,
    entryTtlSeconds: z.number().int().min(1).max(86_400),
    entryReprices: z.number().int().min(0).max(20),
    entryAfterReprices: z.enum(['MARKET', 'CANCEL', 'LEAVE']),
    exitOffsetBps: basisPoints,
  })
  .partial();
