/** What in a form does not fit, in a sentence: the field as the form calls it, and what it takes. Pure. */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const DOES_NOT_FIT = 'Something in what you entered does not fit.';

const FIELDS: Readonly<Record<string, string>> = {
  allowedAddresses: 'Addresses',
  allowedSymbols: 'Symbols',
  capital: 'Capital',
  clientSubject: 'Client certificate',
  code: 'Code',
  currency: 'Currency',
  current: 'Present password',
  email: 'E-mail',
  entriesBurst: 'At once at most',
  entriesPerMinute: 'Entries a minute',
  entryOffsetBps: 'Through the touch',
  entryRearmSeconds: 'Pause between entries',
  entryReprices: 'Repriced at most',
  entryTtlSeconds: 'Rests at most',
  exitOffsetBps: 'Exit limits through the touch',
  feeMinimum: 'Fee per order',
  feePerContract: 'Fee per contract',
  feePerShare: 'Fee per share',
  holdSymbols: 'Symbols',
  limitPrice: 'Limit price',
  makerBps: 'Maker fee',
  maxLagSeconds: 'Oldest alert',
  name: 'Name',
  next: 'New password',
  password: 'Password',
  qty: 'Quantity',
  reason: 'Reason',
  secret: 'Secret',
  signalTtlSeconds: 'Time to decide',
  sizingValue: 'How much',
  stop: 'Stop',
  takerBps: 'Taker fee',
  target: 'Target',
  timeZone: 'Time zone',
  value: 'Value',
};

/** The library's own texts speak of types; those of a schema were written for people. */
const isOwn = ({ message }: Issue): boolean =>
  !/^(Too (small|big)|Invalid|Unrecognized|Expected)/.test(message);

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

function takes(issue: Issue): string | null {
  if (isOwn(issue)) return issue.message;
  if (issue.code === 'too_small') {
    return issue.origin === 'string' && issue.minimum === 1
      ? 'it is empty'
      : `at least ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
  }
  if (issue.code === 'too_big') return `at most ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
  if (issue.code === 'invalid_format' && issue.format === 'email')
    return 'an address such as name@example.com';
  return null;
}

/** "Capital: a number above 0." */
export function inputSentence([issue]: readonly Issue[]): string {
  const words = issue && takes(issue);
  if (!words) return DOES_NOT_FIT;
  const field = issue.path.findLast((key) => typeof key === 'string' && Object.hasOwn(FIELDS, key));
  const label = FIELDS[String(field)];
  if (!label) return isOwn(issue) ? `${words.charAt(0).toUpperCase()}${words.slice(1)}.` : DOES_NOT_FIT;
  const entry = issue.path.at(-1);
  const which = typeof entry === 'number' ? `, entry ${entry + 1}` : '';
  return `${label}${which}: ${words}.`;
}
