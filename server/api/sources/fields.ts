/** What a person sets on a webhook source. Pure. */
import { z } from 'zod';
import { name } from '#server/api/fields.ts';
import { TRADINGVIEW_ADDRESSES } from '#server/webhook/address.ts';

const MOST_ADDRESSES = 60;

const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'an address or a network such as 10.0.0.0/8',
});

export const sourceChange = z.object({
  id: z.uuid(),
  name: name.optional(),
  entriesPerMinute: z.number().int().min(1).max(100_000).optional(),
  entriesBurst: z.number().int().min(1).max(100_000).optional(),
  /** Null: the strategy's. */
  maxLagSeconds: z.number().int().min(1).max(86_400).nullish(),
  /** Parts of the certificate's subject that a trusted proxy must pass on; null: no certificate asked for. */
  clientSubject: z.string().trim().max(300).nullish(),
  /** Addresses that may send; null or []: any. */
  allowedAddresses: z.array(address).max(MOST_ADDRESSES).nullish(),
  /** Adds TradingView's own addresses to the list above. */
  allowTradingView: z.boolean().optional(),
});

/** The addresses to store; undefined leaves them as they are. */
export function addressesOf({
  allowedAddresses,
  allowTradingView,
}: Pick<z.output<typeof sourceChange>, 'allowedAddresses' | 'allowTradingView'>):
  | string[]
  | null
  | undefined {
  if (!allowTradingView) return allowedAddresses;
  return [...new Set([...(allowedAddresses ?? []), ...TRADINGVIEW_ADDRESSES])];
}
