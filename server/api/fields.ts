/** Fields that several nouns take. Decimals come as strings, exact. Pure. */
import { z } from 'zod';

const LONGEST_NAME = 80;

export const name = z.string().trim().min(1).max(LONGEST_NAME);

export const idOnly = z.object({ id: z.uuid() });

/** A number of 0 or more, with at most 12 decimals. */
export const amount = z
  .string()
  .trim()
  .regex(/^\d{1,16}(\.\d{1,12})?$/, 'a number of 0 or more');

export const positive = amount.refine((value) => /[1-9]/.test(value), 'a number above 0');

/** Basis points, negative ones too. */
export const basisPoints = z
  .string()
  .trim()
  .regex(/^-?\d{1,4}(\.\d{1,6})?$/, 'basis points');

export const currency = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{3,5}$/, 'a currency such as USD');

export const reason = z.string().trim().min(1, 'say why').max(300);

const MOST_SYMBOLS = 500;

export const symbols = z.array(z.string().trim().toUpperCase().min(1).max(40)).max(MOST_SYMBOLS);

export const password = z.string().min(10, 'at least 10 characters').max(200);

const isTimeZone = (value: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
};

export const timeZone = z.string().max(60).refine(isTimeZone, 'a time zone such as Europe/Berlin');

export const assetClass = z.enum(['EQUITY', 'OPTION', 'CRYPTO']);

/** Nothing to say but that it was done. */
export const done = z.object({ done: z.literal(true) });
export const DONE = { done: true } as const;
