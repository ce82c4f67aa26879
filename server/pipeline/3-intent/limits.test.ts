import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { d, limit } from './decision-fixtures.ts';
import { boundOf, LIMITS, type LimitPlace, type LimitRow, resolveLimits, whoSet } from './limits.ts';

const place: LimitPlace = {
  userId: 'u1',
  accountId: 'a1',
  subscriptionId: 'c1',
  currency: 'USD',
  assetClass: 'EQUITY',
};
const user = { layer: 'USER', userId: 'u1' } as const;
const account = { layer: 'ACCOUNT', userId: 'u1', accountId: 'a1' } as const;
const subscription = { layer: 'SUBSCRIPTION', userId: 'u1', subscriptionId: 'c1' } as const;
const bound = (rows: LimitRow[], code: keyof typeof LIMITS) => {
  const found = boundOf(resolveLimits(rows, place), code);
  return found && [found.value.toFixed(), whoSet(found.layer)];
};

describe('resolveLimits', () => {
  it('lets the strictest layer win and names it', () => {
    const admin = limit('MAX_OPEN_POSITIONS', 5);
    expect(bound([admin, limit('MAX_OPEN_POSITIONS', 3, user)], 'MAX_OPEN_POSITIONS')).toEqual([
      '3',
      'user limit',
    ]);
    expect(bound([admin, limit('MAX_OPEN_POSITIONS', 9, account)], 'MAX_OPEN_POSITIONS')).toEqual([
      '5',
      'admin',
    ]);
    expect(bound([admin, limit('MAX_OPEN_POSITIONS', 5, subscription)], 'MAX_OPEN_POSITIONS')).toEqual([
      '5',
      'admin',
    ]);
  });

  it('takes the higher number where higher is stricter', () => {
    const rows = [
      limit('ENTRY_WINDOW', 60),
      limit('ENTRY_WINDOW', 300, user),
      limit('ENTRY_WINDOW', 10, account),
    ];
    expect(bound(rows, 'ENTRY_WINDOW')).toEqual(['300', 'user limit']);
  });

  it('leaves out what belongs to somebody else, another account, subscription or asset class', () => {
    const rows = [
      limit('MAX_OPEN_POSITIONS', 1, { ...user, userId: 'u2' }),
      limit('MAX_OPEN_POSITIONS', 1, { ...account, accountId: 'a2' }),
      limit('MAX_OPEN_POSITIONS', 1, { ...subscription, subscriptionId: 'c2' }),
      limit('MAX_OPEN_POSITIONS', 1, { assetClass: 'OPTION' }),
    ];
    expect(bound(rows, 'MAX_OPEN_POSITIONS')).toBeUndefined();
  });

  it('holds limits of different scopes side by side', () => {
    const rows = [limit('MAX_OPEN_POSITIONS', 5), limit('MAX_OPEN_POSITIONS', 8, { ...user, scope: 'USER' })];
    expect(resolveLimits(rows, place).bounds.map(({ scope, value }) => [scope, value.toFixed()])).toEqual([
      ['ACCOUNT', '5'],
      ['USER', '8'],
    ]);
  });

  it('takes money in the account’s currency, and says when it is set in others only', () => {
    const rows = [
      limit('DAILY_LOSS_LIMIT', 1_000, { currency: 'USD' }),
      limit('DAILY_LOSS_LIMIT', 80_000, { currency: 'INR' }),
    ];
    expect(bound(rows, 'DAILY_LOSS_LIMIT')).toEqual(['1000', 'admin']);
    expect(resolveLimits(rows, place).unset).toEqual([]);
    expect(resolveLimits(rows, { ...place, currency: 'EUR' }).unset).toEqual(['DAILY_LOSS_LIMIT']);
    expect(resolveLimits([], { ...place, currency: 'EUR' }).unset).toEqual([]);
  });

  it('ignores unknown codes and scopes that are not summed', () => {
    const rows = [
      { ...limit('MAX_REBUYS', 1), code: 'FROM_THE_FUTURE' },
      limit('MAX_LOG_LOSS', '0.1', { scope: 'USER' }),
    ];
    expect(resolveLimits(rows, place).bounds).toEqual([]);
  });

  it('never loosens when a layer is added', () => {
    const codes = fc.constantFrom(...(Object.keys(LIMITS) as (keyof typeof LIMITS)[]));
    const layer = fc.constantFrom({}, user, account, subscription);
    const value = fc.integer({ min: 0, max: 100 });
    const row = (code: keyof typeof LIMITS) =>
      fc.tuple(value, layer).map(([v, at]) => limit(code, v, { ...at, scope: LIMITS[code].scopes[0] }));
    fc.assert(
      fc.property(
        codes.chain((code) => fc.tuple(fc.constant(code), fc.array(row(code), { minLength: 1 }), row(code))),
        ([code, rows, added]) => {
          const before = boundOf(resolveLimits(rows, place), code)?.value ?? d(0);
          const after = boundOf(resolveLimits([...rows, added], place), code)?.value ?? d(0);
          expect(LIMITS[code].stricter === 'LOWER' ? after.lte(before) : after.gte(before)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
