/**
 * An act with an idempotency key: done once, in the caller's transaction; the same key again answers what the first one
 * answered and does nothing; the same key with other content is a conflict.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Client } from '#server/db.ts';

/** `asked` is what was asked for, the key aside. The answer is kept as JSON. */
export async function once<S extends z.ZodType>(
  client: Client,
  { key, asked, answer }: { key: string; asked: unknown; answer: S },
  act: () => Promise<z.output<S>>,
): Promise<z.output<S>> {
  const fingerprint = createHash('sha256').update(JSON.stringify(asked)).digest();
  const { rows } = await client.query('select fn.idempotency_begin($1, $2) as answer', [key, fingerprint]);
  const before = rows[0]?.answer;
  if (before) return answer.parse(before);
  const said = await act();
  await client.query('select fn.idempotency_finish($1, $2)', [key, JSON.stringify(said)]);
  return said;
}
