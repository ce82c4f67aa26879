/** One's own profile, the second factor's state, and whether the password was given lately. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { asSelf } from '#server/web-db.ts';

const row = z
  .object({
    email: z.string(),
    display_name: z.string(),
    role: z.string(),
    time_zone: z.string(),
    created_at: z.date(),
    totp: z.object({ on: z.boolean(), recovery_left: z.number() }),
    confirmed: z.boolean(),
  })
  .transform((found) => ({
    email: found.email,
    name: found.display_name,
    role: found.role,
    timeZone: found.time_zone,
    createdAt: found.created_at,
    secondFactor: { on: found.totp.on, recoveryLeft: found.totp.recovery_left },
    /** The password was given within ten minutes: acts that need it go through. */
    confirmed: found.confirmed,
  }));

const QUERY = `
  select u.email, u.display_name, u.role, u.time_zone, u.created_at, fn.totp_state() as totp, fn.session_is_confirmed($1) as confirmed
  from public.users u where u.id = fn.actor()`;

export const getProfile = member.query(({ ctx }) =>
  asSelf(ctx.actor, async (client) => {
    const [found] = await rowsOf(client, row, QUERY, [ctx.actor.sessionId]);
    if (!found) throw new TRPCError({ code: 'NOT_FOUND', message: 'There is no such person.' });
    return found;
  }),
);
