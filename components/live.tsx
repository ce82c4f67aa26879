'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { useTRPC } from './api.ts';

/** Events of one moment are answered by one refetch. */
const GATHER_MS = 150;
/** A connection that drops for less than this is not worth a bar. */
const PATIENCE_MS = 3_000;

interface Live {
  /** Since when nothing comes in, or null while the stream is up. */
  lostAt: Date | null;
}

const Context = createContext<Live>({ lostAt: null });

export const useLive = (): Live => useContext(Context);

/**
 * Listens to what changes and refetches what the page shows. The stream resumes from its last id, and a reconnected
 * page asks for everything again, so a lost connection leaves no gap. Neither does a page that brings its data along: what
 * changed while it was on its way is asked for once it is there.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const lost = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [lostAt, setLostAt] = useState<Date | null>(null);

  const refetchSoon = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries();
    }, GATHER_MS);
  }, [queries]);

  const found = useCallback(() => {
    clearTimeout(lost.current);
    lost.current = undefined;
    setLostAt(null);
  }, []);

  useSubscription(
    trpc.events.onEvent.subscriptionOptions(undefined, {
      onStarted: () => {
        found();
        refetchSoon();
      },
      onData: ({ data }) => {
        found();
        if (data.topic !== 'ready') refetchSoon();
      },
      onConnectionStateChange: ({ state }) => {
        if (state === 'pending') found();
        else if (state === 'connecting')
          lost.current ??= setTimeout(() => setLostAt(new Date()), PATIENCE_MS);
      },
    }),
  );

  useEffect(
    () =>
      queries.getQueryCache().subscribe(({ type, query }) => {
        if (type === 'added' && query.state.data !== undefined) refetchSoon();
      }),
    [queries, refetchSoon],
  );

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      clearTimeout(lost.current);
    },
    [],
  );

  return <Context value={{ lostAt }}>{children}</Context>;
}
