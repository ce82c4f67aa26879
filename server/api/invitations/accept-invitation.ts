/** Accept an invitation, once: name, time zone and password make the user. He logs in afterwards. */
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { name, password, timeZone } from '#server/api/fields.ts';
import { token } from '#server/api/invitations/read-invitation.ts';
import { anyone } from '#server/api/trpc.ts';
import { hashPassword, sha256 } from '#server/crypto.ts';
import { webPool } from '#server/web-db.ts';

const answer = z.object({ email: z.string() });

export const acceptInvitation = anyone
  .input(z.object({ token, name, timeZone, password }))
  .output(answer)
  .mutation(async ({ input }) => {
    const hash = sha256(input.token);
    // an unknown link is refused before it costs a password hash
    const found = await call(webPool(), 'fn.invitation_read', [hash]);
    const passwordHash = found ? await hashPassword(input.password) : '';
    await call(webPool(), 'fn.invitation_accept', [hash, input.name, input.timeZone, passwordHash]);
    return answer.parse(found);
  });
