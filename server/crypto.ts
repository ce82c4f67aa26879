/**
 * Digests, random secrets, comparison in constant time, and password hashes (argon2id).
 *
 * Invariants: a secret is stored as its digest alone; a comparison takes the same time wherever it differs.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id (2024): 19 MiB, two passes, one lane; the library's default kind is argon2id. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const TOKEN_BYTES = 32;

/** SHA-256 as 32 bytes. */
export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** HMAC-SHA-256 as 32 bytes. */
export function hmacSha256(key: string | Uint8Array, data: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/** A secret of 256 random bits, as 43 characters that are safe in a URL. */
export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Whether two secrets are the same, without telling how much of them agrees. */
export function isSameSecret(one: string | Uint8Array, other: string | Uint8Array): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

/** The password as an argon2id string with its own salt and settings. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2);
}

/** Whether the password belongs to the hash; false for a hash that is none. */
export async function isPasswordOf(stored: string, password: string): Promise<boolean> {
  try {
    return await verify(stored, password);
  } catch {
    return false;
  }
}

/** What an unknown user is compared with, so that he costs as much time as a known one. */
let decoy: Promise<string> | undefined;
export function decoyHash(): Promise<string> {
  decoy ??= hashPassword(randomToken());
  return decoy;
}
