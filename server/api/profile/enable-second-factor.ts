/** The first code of a new secret switches the second factor on. The recovery codes are in this answer and never again. */
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { member } from '#server/api/trpc.ts';
import { matchingStep, newRecoveryCodes, recoveryHash } from '#server/totp.ts';
import { asSelf } from '#server/web-db.ts';

export const recovery = z.object({ recoveryCodes: z.array(z.string()) });

const state = z.object({ pending: z.string().nullable(), at_ms: z.number() });

export const enableSecondFactor = member
  .input(z.object({ code: z.string().trim().max(10) }))
  .output(recovery)
  .mutation(({ ctx, input }) =>
    asSelf(ctx.actor, async (client) => {
      const { pending, at_ms } = state.parse(await call(client, 'fn.totp_state', []));
      if (!pending) throw new TRPCError({ code: 'CONFLICT', message: 'Begin with a new secret.' });
      const step = matchingStep(pending, input.code, at_ms);
      if (step === null) {
        throw new TRPCError({
          code: 'BAD_REQUEST',
          message: 'This code does not fit. Is the clock of your phone right?',
        });
      }
      const recoveryCodes = newRecoveryCodes();
      const hashes = JSON.stringify(recoveryCodes.map(recoveryHash));
      await call(client, 'fn.totp_enable', [pending, step, hashes]);
      return { recoveryCodes };
    }),
  );
