/** What a close by hand takes, for the preview and the act. Pure. */
import { z } from 'zod';

const positive = z
  .string()
  .trim()
  .regex(/^\d{1,16}(\.\d{1,12})?$/, 'a number above 0')
  .refine((value) => /[1-9]/.test(value), 'a number above 0');

export const closeInput = z.object({
  id: z.uuid(),
  /** Null closes everything that is open when the order is made. */
  qty: positive.nullable(),
  /** Null is a market order. */
  limitPrice: positive.nullable(),
});
