import { describe, expect, it } from 'vitest';
import { hashPassword, hmacSha256, isPasswordOf, isSameSecret, randomToken, sha256 } from '#server/crypto.ts';

describe('digests and secrets', () => {
  it('agrees with the published test vectors', () => {
    expect(sha256('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(hmacSha256('key', 'The quick brown fox jumps over the lazy dog').toString('hex')).toBe(
      'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    );
  });

  it('makes tokens that fit into a URL and never repeat', () => {
    const tokens = Array.from({ length: 100 }, randomToken);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('compares secrets of any length', () => {
    expect(isSameSecret('one', 'one')).toBe(true);
    expect(isSameSecret('one', 'two')).toBe(false);
    expect(isSameSecret('one', 'one and more')).toBe(false);
  });
});

describe('passwords', () => {
  it('are kept as argon2id and known again', async () => {
    const stored = await hashPassword('correct horse');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await isPasswordOf(stored, 'correct horse')).toBe(true);
    expect(await isPasswordOf(stored, 'correct house')).toBe(false);
  });

  it('never match a hash that is none', async () => {
    expect(await isPasswordOf('', 'anything')).toBe(false);
    expect(await isPasswordOf('plain', 'plain')).toBe(false);
  });
});
