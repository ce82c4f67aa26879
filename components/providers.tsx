'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
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
import { LiveProvider } from './live.tsx';
import { TipProvider } from './ui/tip.tsx';
import { type Viewer, ViewerProvider } from './viewer.tsx';

const API_PATH = '/api/trpc';

/** Live figures ask by themselves: they do not keep an idle session alive. */
const passive = (ops: readonly { context: Record<string, unknown> }[]): Record<string, string> =>
  ops.every((op) => op.context.passive === true) ? { 'x-lockstep-passive': '1' } : {};

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

/** What is refused is not asked again; what failed on the way is, twice. */
const makeQueries = () =>
  new QueryClient({
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
            <LiveProvider>{children}</LiveProvider>
          </TipProvider>
        </ViewerProvider>
      </TRPCProvider>
    </QueryClientProvider>
  );
}
