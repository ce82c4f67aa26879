/** What is said of an act that failed. Pure. */
import { TRPCClientError } from '@trpc/client';

const LOST = 'The answer was lost: look whether it was done before you try again.';

/** The server's sentence, written for people; `lost` when no answer of it came. */
export function failureWords(error: unknown, lost = LOST): string {
  return error instanceof TRPCClientError && error.data ? error.message : lost;
}
