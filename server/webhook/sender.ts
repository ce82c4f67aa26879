/**
 * Whether a sender may speak for a source: its address, its client certificate (told by a trusted proxy), its
 * signature over the raw body, its secret in the body. Each only where the source asks for it. Pure.
 */
import { hmacSha256, isSameSecret, sha256 } from '#server/crypto.ts';
import type { Refusal } from '#server/pipeline/1-signal/alert.ts';
import type { Source } from '#server/pipeline/1-signal/store.ts';
import { addressList } from './address.ts';

export interface Claims {
  address: string;
  /** Distinguished name of the client certificate; null unless a trusted proxy sent it. */
  clientSubject: string | null;
  /** X-Signature: hex, with or without `sha256=` before it. */
  signature: string | undefined;
  rawBody: Uint8Array;
  /** The body as JSON; null when it is none. */
  body: Record<string, unknown> | null;
}

export type SenderRefusal = Refusal & { http: 401 | 403 };

/** Parts of a distinguished name, in any order and of either notation (`CN=a,O=b` or `/O=b/CN=a`). */
function nameParts(subject: string): string[] {
  return subject
    .split(/(?<!\\)[,/+]/)
    .map((part) => part.replaceAll('\\', '').replaceAll('"', '').trim().toLowerCase())
    .filter((part) => part !== '');
}

/** Whether a certificate's subject holds every part of the one that is wanted. */
export function subjectMatches(wanted: string, given: string): boolean {
  const parts = new Set(nameParts(given));
  const asked = nameParts(wanted);
  return asked.length > 0 && asked.every((part) => parts.has(part));
}

function isSigned(key: Uint8Array, rawBody: Uint8Array, signature: string | undefined): boolean {
  const hex = signature?.trim().replace(/^sha256=/i, '') ?? '';
  return isSameSecret(hmacSha256(key, rawBody).toString('hex'), hex.toLowerCase());
}

/** Why this sender is turned away, or null. In the order of the gates. */
export function refuseSender(source: Source, claims: Claims): SenderRefusal | null {
  if (source.allowedAddresses.length > 0 && !addressList(source.allowedAddresses)(claims.address)) {
    const message = `The address ${claims.address} is not on the allow-list of this source.`;
    return { http: 403, code: 'ADDRESS_NOT_ALLOWED', field: null, message };
  }
  if (source.clientSubject !== null && !subjectMatches(source.clientSubject, claims.clientSubject ?? '')) {
    const message = 'This source takes only senders with its client certificate.';
    return { http: 403, code: 'CERTIFICATE_NOT_ALLOWED', field: null, message };
  }
  if (source.hmacKey !== null && !isSigned(source.hmacKey, claims.rawBody, claims.signature)) {
    const message =
      'The header X-Signature must be the HMAC-SHA256 of the raw body under the key of this source, in hex.';
    return { http: 401, code: 'BAD_SIGNATURE', field: null, message };
  }
  if (source.bodySecretHash !== null) {
    const secret = claims.body !== null && Object.hasOwn(claims.body, 'secret') ? claims.body.secret : null;
    const hash = typeof secret === 'string' ? sha256(secret).toString('hex') : '';
    if (!isSameSecret(source.bodySecretHash, hash)) {
      return {
        http: 401,
        code: 'BAD_SECRET',
        field: 'secret',
        message: 'Field "secret" is missing or is not the secret of this source.',
      };
    }
  }
  return null;
}
