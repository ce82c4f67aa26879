import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accountChange, newAccount } from '#server/api/accounts/fields.ts';
import * as fields from '#server/api/fields.ts';
import { inputSentence } from '#server/api/input-words.ts';
import { sourceChange } from '#server/api/sources/fields.ts';
import { wanted } from '#server/api/switches/fields.ts';

const ID = '0193b2f0-0000-7000-8000-000000000000';

function said(schema: z.ZodType, given: unknown): string {
  const parsed = schema.safeParse(given);
  if (parsed.success) throw new Error('it was taken');
  return inputSentence(parsed.error.issues);
}

describe('what does not fit is said with the name of its field', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['zero money', newAccount, { name: 'Main', capital: '0' }, 'Capital: a number above 0.'],
    ['a comma', newAccount, { name: 'Main', capital: '1,5' }, 'Capital: a number of 0 or more.'],
    ['a name of blanks', newAccount, { name: '  ', capital: '1' }, 'Name: it is empty.'],
    ['a long name', newAccount, { name: 'x'.repeat(81), capital: '1' }, 'Name: at most 80 characters.'],
    [
      'a long symbol',
      accountChange,
      { id: ID, holdSymbols: ['SPY', 'x'.repeat(41)] },
      'Symbols, entry 2: at most 40 characters.',
    ],
    ['no reason', wanted, { state: 'HALT', reason: ' ' }, 'Reason: say why.'],
    ['a rate of 0', sourceChange, { id: ID, entriesPerMinute: 0 }, 'Entries a minute: at least 1.'],
    [
      'no address',
      sourceChange,
      { id: ID, allowedAddresses: ['1.2.3.4', 'nonsense'] },
      'Addresses, entry 2: an address or a network such as 10.0.0.0/8.',
    ],
    [
      'no e-mail',
      z.object({ email: z.email() }),
      { email: 'a@b' },
      'E-mail: an address such as name@example.com.',
    ],
    [
      'a short password',
      z.object({ next: fields.password }),
      { next: 'short' },
      'New password: at least 10 characters.',
    ],
    ['a rule of its own', z.string().refine(() => false, 'choose one'), 'x', 'Choose one.'],
  ])('%s', (_, schema, given, expected) => {
    expect(said(schema, given)).toBe(expected);
  });

  it('says no more than that something does not fit where no form asks', () => {
    expect(said(z.object({ id: z.uuid() }), { id: 'x' })).toBe('Something in what you entered does not fit.');
    expect(said(z.object({ kind: z.enum(['A']) }), {})).toBe('Something in what you entered does not fit.');
    expect(inputSentence([])).toBe('Something in what you entered does not fit.');
  });
});
