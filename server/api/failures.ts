/**
 * From what failed inside to what a person is told. The map is by SQLSTATE of our own functions; everything else is
 * one sentence outside and a full text in the log.
 */
import { TRPCError } from '@trpc/server';

type Code = TRPCError['code'];

const BY_STATE: Record<string, { code: Code; text: string }> = {
  LK400: { code: 'BAD_REQUEST', text: 'That cannot be done with these figures.' },
  LK403: { code: 'FORBIDDEN', text: 'This is not yours to do.' },
  LK404: { code: 'NOT_FOUND', text: 'There is nothing of this name in your accounts.' },
  LK409: { code: 'CONFLICT', text: 'Something else happened first. Look again, then decide.' },
  LKTRN: { code: 'CONFLICT', text: 'It has moved on in the meantime. Look again, then decide.' },
};

/** Sentences for the messages (codes) that our functions raise, where the state alone says too little. */
const BY_MESSAGE: Record<string, string> = {
  TRADE_NOT_OPEN: 'This trade is not open.',
  NOTHING_TO_EXIT: 'Nothing is open to close.',
  ALREADY_CLOSING: 'This trade is already closing.',
  QTY_TOO_LARGE: 'That is more than is open.',
  QTY_BELOW_LOT: 'That is less than the smallest quantity that can be traded.',
  IDEMPOTENCY_KEY_REUSED: 'This was already asked with other figures.',
};

const stateOf = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;

/** The error that leaves the process. Known refusals keep their sentence; the unknown is logged and named. */
export function toApiError(error: TRPCError, path: string): TRPCError {
  const known = BY_STATE[stateOf(error.cause) ?? ''];
  if (known) {
    const said = error.cause instanceof Error ? BY_MESSAGE[error.cause.message] : undefined;
    return new TRPCError({ code: known.code, message: said ?? known.text });
  }
  if (error.code !== 'INTERNAL_SERVER_ERROR') {
    const isInput = error.code === 'BAD_REQUEST' && error.cause !== undefined;
    return new TRPCError({ code: error.code, message: isInput ? 'The request has a wrong shape.' : error.message });
  }
  const cause = error.cause ?? error;
  process.stderr.write(`${path} failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'The server could not answer this.' });
}
