/**
 * Acts that need the password once more: within ten minutes of the log-in or of profile.confirm. Called in the transaction of the
 * act. The code PRECONDITION_FAILED tells a page to ask for the password and try again.
 */
import { TRPCError } from '@trpc/server';
import type { Client } from '#server/db.ts';
import type { Actor } from '#server/web-db.ts';

export async function assertConfirmed(client: Client, actor: Pick<Actor, 'sessionId'>): Promise<void> {
  const { rows } = await client.query<{ confirmed: boolean }>(
    'select fn.session_is_confirmed($1) as confirmed',
    [actor.sessionId],
  );
  if (rows[0]?.confirmed !== true) {
    throw new TRPCError({ code: 'PRECONDITION_FAILED', message: 'Give your password again first.' });
  }
}
