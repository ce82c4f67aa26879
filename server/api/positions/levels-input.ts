/** What a change of stop and target takes, for the preview and the act. Pure. */
import { z } from 'zod';

const price = z
  .string()
  .trim()
  .regex(/^\d{1,16}(\.\d{1,12})?$/, 'a price above 0')
  .refine((value) => /[1-9]/.test(value), 'a price above 0')
  .nullable();

/** Null leaves it to the rules of the trade. */
export const levelsInput = z.object({ id: z.uuid(), stop: price, target: price });

const level = z
  .string()
  .regex(/^-?\d{1,16}(\.\d{1,16})?$/)
  .nullable();

/** Levels as they stand: in force, and those of the trade's own among them (null: its rules say). */
export const standing = z.object({ stop: level, target: level, ownStop: level, ownTarget: level });
export type Standing = z.output<typeof standing>;
