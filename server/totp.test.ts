import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codeAt,
  fromBase32,
  matchingStep,
  newRecoveryCodes,
  newTotpSecret,
  recoveryHash,
  stepAt,
  toBase32,
  totpUri,
} from '#server/totp.ts';

/** The secret of RFC 6238, appendix B (SHA-1), and of RFC 4226, appendix D. */
const RFC_SECRET = toBase32(Buffer.from('12345678901234567890'));

describe('time-based codes', () => {
  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('at %i s are those of RFC 6238', (seconds, code) => {
    expect(codeAt(RFC_SECRET, stepAt(seconds * 1000), 8)).toBe(code);
  });

  it.each(
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map(
      (code, counter) => [counter, code] as const,
    ),
  )('of counter %i are those of RFC 4226', (counter, code) => {
    expect(codeAt(RFC_SECRET, counter)).toBe(code);
  });

  it('count in their step and its neighbours, and not once more', () => {
    const at = 1_772_463_600_000;
    const step = stepAt(at);
    for (const near of [step - 1, step, step + 1]) {
      expect(matchingStep(RFC_SECRET, codeAt(RFC_SECRET, near), at)).toBe(near);
      expect(matchingStep(RFC_SECRET, codeAt(RFC_SECRET, near), at, near)).toBeNull();
    }
    for (const far of [step - 2, step + 2]) {
      expect(matchingStep(RFC_SECRET, codeAt(RFC_SECRET, far), at)).toBeNull();
    }
  });

  it('are read with a space, and nothing else is a code', () => {
    const at = 59_000;
    expect(matchingStep(RFC_SECRET, '287 082', at)).toBe(1);
    for (const wrong of ['', '28708', '2870820', '28708a', '287083']) {
      expect(matchingStep(RFC_SECRET, wrong, at)).toBeNull();
    }
  });
});

describe('base32', () => {
  it('gives back what went in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(fromBase32(toBase32(bytes))).toEqual(Buffer.from(bytes));
      }),
    );
    expect(() => fromBase32('A1')).toThrow(TypeError);
  });

  it('is that of RFC 4648', () => {
    expect(toBase32(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
    expect(fromBase32('mzxw 6ytb oi======').toString()).toBe('foobar');
  });
});

describe('secrets', () => {
  it('are 160 bits of base32, and their address names product and person', () => {
    const secret = newTotpSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(totpUri(secret, 'ada@example.test')).toBe(
      `otpauth://totp/Lockstep%3Aada%40example.test?secret=${secret}&issuer=Lockstep&algorithm=SHA1&digits=6&period=30`,
    );
  });

  it('for recovery are ten different ones, the same however they are typed', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) {
      expect(code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
      expect(recoveryHash(code.toLowerCase().replaceAll('-', ' '))).toBe(recoveryHash(code));
      expect(recoveryHash(code)).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
