/**
 * Procedures for some roles. The database's roles and policies say the same once more.
 * Entry points: trader (own accounts and strategies: everybody but a researcher), admin.
 */
import { TRPCError } from '@trpc/server';
import { member } from '#server/api/trpc.ts';

const refuse = (message: string): never => {
  throw new TRPCError({ code: 'FORBIDDEN', message });
};

export const trader = member.use(({ ctx, next }) =>
  ctx.actor.role === 'researcher' ? refuse('A researcher has no accounts of his own.') : next({ ctx }),
);

export const admin = member.use(({ ctx, next }) =>
  ctx.actor.role === 'admin' ? next({ ctx }) : refuse('Only an admin may do this.'),
);
