'use client';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
} from '@trpc/client';
import { type ReactNode, useState } from 'react';
import superjson from 'superjson';
import type { Api } from '#server/api/root.ts';
import { TRPCProvider } from './api.ts';
import { ConfirmProvider } from './confirm-password.tsx';
import { LiveProvider } from './live.tsx';
import { LeaveProvider } from './log-out.tsx';
import { TipProvider } from './ui/tip.tsx';
import { type Viewer, ViewerProvider } from './viewer.tsx';

const API_PATH = '/api/trpc';

/**
 * A page asks by itself, again and again; only what a person does (a new page, an act) keeps an idle session alive.
 */
const passive = (ops: readonly { type: string }[]): Record<string, string> =>
  ops.every((op) => op.type === 'query') ? { 'x-lockstep-passive': '1' } : {};

const makeClient = () =>
  createTRPCClient<Api>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: httpSubscriptionLink({ url: API_PATH, transformer: superjson }),
        false: httpBatchLink({
          url: API_PATH,
          transformer: superjson,
          maxItems: 20,
          headers: ({ opList }) => passive(opList),
        }),
      }),
    ],
  });

const status = (error: unknown): number | undefined =>
  error instanceof TRPCClientError ? error.data?.httpStatus : undefined;

/** The session is over: to the log-in, and back here afterwards. The whole page goes, with everything that it knew. */
function leaveWhenOver(error: unknown): void {
  if (status(error) !== 401) return;
  const here = window.location.pathname + window.location.search;
  window.location.assign(`/login?next=${encodeURIComponent(here)}`);
}

/** What is refused is not asked again; what failed on the way is, twice. */
const makeQueries = () =>
  new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenOver }),
    mutationCache: new MutationCache({ onError: leaveWhenOver }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => (status(error) ?? 500) >= 500 && failures < 2,
      },
    },
  });

/** Everything that a page of the desk needs in the browser. */
export function Providers({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const [queries] = useState(makeQueries);
  const [client] = useState(makeClient);
  return (
    <QueryClientProvider client={queries}>
      <TRPCProvider trpcClient={client} queryClient={queries}>
        <ViewerProvider viewer={viewer}>
          <TipProvider>
            <LeaveProvider>
              <LiveProvider>
                <ConfirmProvider>{children}</ConfirmProvider>
              </LiveProvider>
            </LeaveProvider>
          </TipProvider>
        </ViewerProvider>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
