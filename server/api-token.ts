/**
 * API tokens: how they look, what they may do, and whose one is.
 * Entry points: API_SCOPES, newApiToken, readTokenHolder. Invariant: only the hash is stored; the prefix lets scanners of leaked
 * secrets recognise one.
 */
import { z } from 'zod';
import { randomToken, sha256 } from '#server/crypto.ts';
import type { Queryable } from '#server/db.ts';

/** The table's own list of scopes is the same (a test compares). */
export const API_SCOPES = [
  'signals:write',
  'positions:read',
  'orders:read',
  'trades:read',
  'pnl:read',
  'switch:write',
] as const;
export type ApiScope = (typeof API_SCOPES)[number];

const PREFIX = 'lst_';

const holder = z.object({
  tokenId: z.uuid(),
  userId: z.uuid(),
  role: z.enum(['user', 'researcher', 'admin']),
  scopes: z.array(z.enum(API_SCOPES)),
});
export type TokenHolder = z.output<typeof holder>;

export function newApiToken(): { token: string; hash: Buffer } {
  const token = `${PREFIX}${randomToken()}`;
  return { token, hash: sha256(token) };
}

/** Whose token an `Authorization: Bearer …` header carries, or null. Notes its use, at most once a minute. */
export async function readTokenHolder(
  db: Queryable,
  authorization: string | null,
): Promise<TokenHolder | null> {
  const token = /^Bearer (lst_[\w-]{43})$/.exec(authorization ?? '')?.[1];
  if (!token) return null;
  const { rows } = await db.query('select fn.api_token_touch($1) as holder', [sha256(token)]);
  return rows[0]?.holder ? holder.parse(rows[0].holder) : null;
}
