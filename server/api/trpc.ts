/**
 * The ground of the API: what a request carries, who may ask, how a failure is told.
 * Entry points: router, anyone, member. Invariants: internal texts never leave; another tenant's row is NOT_FOUND.
 */
import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { toApiError } from '#server/api/failures.ts';
import type { Queue } from '#server/queue.ts';
import type { Actor } from '#server/web-db.ts';

export interface Context {
  actor: Actor | null;
  /** Asks again who this is, without counting as activity: long streams end with their session. */
  stillHere: () => Promise<boolean>;
  queue: () => Promise<Queue>;
}

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  // the shape goes to the browser: never a stack, never an internal text
  errorFormatter: ({ shape }) => ({
    ...shape,
    data: { code: shape.data.code, httpStatus: shape.data.httpStatus },
  }),
  sse: { ping: { enabled: true, intervalMs: 5_000 }, client: { reconnectAfterInactivityMs: 15_000 } },
});

const honest = t.middleware(async ({ next, path }) => {
  const result = await next();
  if (!result.ok) throw toApiError(result.error, path);
  return result;
});

export const router = t.router;
export const createCaller = t.createCallerFactory;

/** A procedure that needs no session. */
export const anyone = t.procedure.use(honest);

/** A procedure for whoever is logged in. */
export const member = anyone.use(({ ctx, next }) => {
  if (!ctx.actor) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Log in to see this.' });
  return next({ ctx: { ...ctx, actor: ctx.actor } });
});
