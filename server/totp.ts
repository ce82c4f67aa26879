/**
 * Time-based one-time codes (RFC 6238 over RFC 4226): SHA-1, six digits, 30 s steps, as every authenticator app takes them.
 * Entry points: newTotpSecret, totpUri, matchingStep, newRecoveryCodes, recoveryHash. Pure but for the random ones.
 * Invariants: a code of the step before or after counts too (clocks drift); the caller keeps the step that matched and
 * takes none at or before it again.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { isSameSecret, sha256 } from '#server/crypto.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_SECONDS = 30;
const DIGITS = 6;
/** Steps to either side of now whose codes count. */
const DRIFT = 1;
/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 80 bits: 16 characters of base32, beyond guessing even with their hashes in hand. */
const RECOVERY_BYTES = 10;

/** RFC 4648 base32 without padding. */
export function toBase32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

/** The bytes of base32 text, spaces and padding aside. Throws a TypeError on another character. */
export function fromBase32(text: string): Buffer {
  let bits = '';
  for (const character of text.toUpperCase().replace(/[\s=]/g, '')) {
    const value = BASE32.indexOf(character);
    if (value < 0) throw new TypeError('not base32');
    bits += value.toString(2).padStart(5, '0');
  }
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/** A secret for an authenticator app: 32 characters of base32. */
export const newTotpSecret = (): string => toBase32(randomBytes(SECRET_BYTES));

/** What the app's camera reads (the key URI format of authenticator apps). */
export function totpUri(secret: string, email: string): string {
  const label = encodeURIComponent(`Lockstep:${email}`);
  return `otpauth://totp/${label}?secret=${secret}&issuer=Lockstep&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
}

/** The time step of a moment given in milliseconds since 1970. */
export const stepAt = (atMs: number): number => Math.floor(atMs / 1000 / STEP_SECONDS);

/** The code of a time step (RFC 4226, 5.3: dynamic truncation). */
export function codeAt(secret: string, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The time step whose code was given, or null: within one step of now, and after `usedStep` (the last one accepted).
 * Takes the same time whichever digit differs.
 */
export function matchingStep(secret: string, code: string, atMs: number, usedStep = 0): number | null {
  const given = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(given)) return null;
  const now = stepAt(atMs);
  let found: number | null = null;
  for (let step = now - DRIFT; step <= now + DRIFT; step += 1) {
    const fits = isSameSecret(codeAt(secret, step), given);
    if (fits && step > usedStep && found === null) found = step;
  }
  return found;
}

/** Ten codes for the day the phone is lost, `ABCD-EFGH-IJKL-MNOP`; to be shown once. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () =>
    (toBase32(randomBytes(RECOVERY_BYTES)).match(/.{4}/g) ?? []).join('-'),
  );

/** What is stored of a recovery code, however it was typed: its SHA-256 in hex. */
export const recoveryHash = (code: string): string =>
  sha256(code.toUpperCase().replace(/[^A-Z2-7]/g, '')).toString('hex');
