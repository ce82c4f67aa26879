/** Sentences of the attention list, the figures in them. Pure. */
import { exitReasonText, sentenceForCode } from '#server/api/words.ts';

type Detail = Record<string, string | number | boolean | null>;

const UNPROTECTED: Record<string, string> = {
  NO_STOP: 'it has no stop',
  NO_GOOD_QUOTE: 'its price is stale, so no stop can fire',
  EXIT_REFUSED: 'its exit was refused',
  EXIT_UNKNOWN: 'the answer to its exit was lost',
};

const DISCREPANCIES: Record<string, string> = {
  QTY_MISMATCH: 'another quantity',
  UNKNOWN_POSITION: 'a position that we do not know',
  MISSING_POSITION: 'no such position',
  EXTERNAL_CLOSE: 'a close that was not ours',
  EXTERNAL_ORDER: 'an order that was not ours',
  PRICE_MISMATCH: 'another price',
  CASH_MISMATCH: 'other cash',
  ORPHAN_ORDER: 'an order without a trade',
};

/** One thing that wants attention, in words. */
export function attentionText(kind: string, detail: Detail): string {
  const said = (key: string) => String(detail[key] ?? '');
  const code = said('code');
  const where = `${said('symbol')} on ${said('account')}`;
  switch (kind) {
    case 'UNPROTECTED':
      return `${where} is not protected: ${UNPROTECTED[code] ?? sentenceForCode(code)}.`;
    case 'EXIT_REJECTED':
    case 'EXIT_FAILED':
      return `The exit of ${where} (${exitReasonText(said('reason')).toLowerCase()}) did not go through: ${sentenceForCode(code)}. It is tried again.`;
    case 'ORDER_UNKNOWN':
      return `The answer to an order for ${where} was lost. The broker is being asked${detail.asked ? ` (${detail.asked} so far)` : ''}.`;
    case 'QUARANTINE':
      return `A ${said('entity').replaceAll('_', ' ')} could not be finished and waits for a person: ${said('error')}`;
    case 'DISCREPANCY':
      return `The broker of ${said('account')} reports ${DISCREPANCIES[code] ?? code.toLowerCase()}${detail.symbol ? ` for ${said('symbol')}` : ''}.`;
    case 'NOT_RECONCILED':
      return `${said('account')} has not been compared with its broker yet. It takes no entries until then.`;
    case 'DISCONNECTED':
      return `${said('account')} is not connected to its broker.`;
    case 'SESSION_EXPIRED':
      return `The broker log-in of ${said('account')} has expired.`;
    case 'FROZEN':
      return `${said('account')} is frozen: ${said('reason')}`;
    case 'HALT':
    case 'FLATTEN':
      return switchText(kind, detail);
    default:
      return `${said('text')}${Number(detail.repeated) > 0 ? ` (${Number(detail.repeated) + 1} times)` : ''}`;
  }
}

function switchText(kind: string, { scope, account, own, reason }: Detail): string {
  const where = scope === 'ACCOUNT' ? String(account) : 'all your accounts';
  const what =
    kind === 'FLATTEN'
      ? `${where} is being flattened, and takes no entries`
      : `Entries are halted on ${where}`;
  return `${what} (${own ? 'you' : 'admin'}): ${reason}`;
}
