/** How a page asks: as the person of its request, or off to the log-in and back. */

import { TRPCError } from '@trpc/server';
import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { contextOf } from '#server/api/context.ts';
import { callerOf } from '#server/api/root.ts';

export const pageContext = cache(async () => contextOf(await headers()));

/** The person of this request. Without a session: to the log-in, which leads back here. */
export async function pageActor() {
  const { actor } = await pageContext();
  if (actor) return actor;
  const path = (await headers()).get('x-lockstep-path') ?? '/';
  return redirect(`/login?next=${encodeURIComponent(path)}`);
}

/** The API as the person of this request. */
export async function pageApi() {
  await pageActor();
  return callerOf(await pageContext());
}

/** What the API answers, or the page that says that there is no such thing. */
export async function orNotFound<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST'))
      notFound();
    throw error;
  }
}
