import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { aboutWords, actWords, changeLines, isKnownAct } from './audit-words.ts';

const SQL = path.resolve(import.meta.dirname, '../../prisma/sql');

/** Every act that the database writes into the chain. */
function actsWritten(): string[] {
  const calls = readdirSync(SQL).flatMap((file) => [
    ...readFileSync(path.join(SQL, file), 'utf8').matchAll(
      /perform fn\.(?:audit_append|webhook_source_changed)\((.*)$/gm,
    ),
  ]);
  return [
    ...new Set(calls.flatMap(([, args = '']) => args.match(/'([a-z_]+\.[a-z_]+|LOGIN|LOGOUT)'/g) ?? [])),
  ].map((quoted) => quoted.slice(1, -1));
}

describe('the audit log', () => {
  it('has words for every act that is written into it', () => {
    const acts = actsWritten();
    expect(acts.length).toBeGreaterThan(40);
    expect(acts.filter((act) => !isKnownAct(act))).toEqual([]);
  });

  it('makes an unknown act readable', () => {
    expect(actWords('account.freeze')).toBe('froze an account');
    expect(actWords('some_thing.new')).toBe('some thing new');
  });

  it('names what an act was about, and whose it is when it is another’s', () => {
    expect(aboutWords({ about: 'Main', owner: 'Kim' })).toBe('Main, of Kim');
    expect(aboutWords({ about: 'Main', owner: null })).toBe('Main');
    expect(aboutWords({ about: null, owner: 'Kim' })).toBe('Kim');
    expect(aboutWords({ about: null, owner: null })).toBeNull();
  });

  it('says both sides of a change where it has them', () => {
    expect(changeLines({ capital: ['1000', '2000'], reason: 'drill' })).toEqual([
      'capital 1000 → 2000',
      'reason: drill',
    ]);
  });
});
