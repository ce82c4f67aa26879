/** The webhook token as a person gets it: once, as the path that senders post to. Only its hash is stored. */
import { z } from 'zod';
import { randomToken, sha256 } from '#server/crypto.ts';

export const shownToken = z.object({
  token: z.string(),
  /** To be put behind the installation's public address. */
  path: z.string(),
});
export type ShownToken = z.output<typeof shownToken>;

export function newWebhookToken(): { shown: ShownToken; hash: Buffer } {
  const token = randomToken();
  return { shown: { token, path: `/api/webhook/${token}` }, hash: sha256(token) };
}
