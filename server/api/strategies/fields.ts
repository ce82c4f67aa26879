/** What a person sets on a strategy. Pure. */
import { z } from 'zod';
import { name, symbols } from '#server/api/fields.ts';

const seconds = (low: number) => z.number().int().min(low).max(86_400);

const settings = {
  sides: z.enum(['LONG', 'SHORT', 'BOTH']),
  visibility: z.enum(['PRIVATE', 'SHARED']),
  /** How old an alert may be. */
  maxLagSeconds: seconds(1),
  /** How long an accepted entry waits for its decision. */
  signalTtlSeconds: seconds(1),
  /** No second entry of the same symbol and direction within this time. */
  entryRearmSeconds: seconds(0),
  /** Null or [] is any symbol. */
  allowedSymbols: symbols.nullable(),
  utilityGate: z.boolean(),
};

export const newStrategy = z.object({ name, ...z.object(settings).partial().shape });
export const strategyChange = z.object({ id: z.uuid(), ...z.object({ name, ...settings }).partial().shape });
