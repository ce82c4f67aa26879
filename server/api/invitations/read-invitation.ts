/** What the holder of an invitation's link may know. Needs no session: the link's secret establishes who asks. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { anyone } from '#server/api/trpc.ts';
import { sha256 } from '#server/crypto.ts';
import { webPool } from '#server/web-db.ts';

export const token = z.string().min(20).max(100);

const answer = z.object({ email: z.string(), role: z.string(), expiresAt: z.coerce.date() });

export const readInvitation = anyone
  .input(z.object({ token }))
  .output(answer)
  .query(async ({ input }) => {
    const found = await call(webPool(), 'fn.invitation_read', [sha256(input.token)]);
    if (!found) {
      throw new TRPCError({ code: 'NOT_FOUND', message: 'This invitation is used, ended or run out.' });
    }
    return answer.parse(found);
  });
