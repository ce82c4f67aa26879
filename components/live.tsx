'use client';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { useTRPC } from './api.ts';
import { reaches } from './event-reach.ts';
import { type News, useOneStream } from './one-stream.ts';
import { useViewer } from './viewer.tsx';

/** Events of one moment are answered by one refetch. */
const GATHER_MS = 150;
/** An answer that takes longer than this is not waited for. */
const ANSWER_MS = 2_000;
/** A connection that drops for less than this is not worth a bar. */
const PATIENCE_MS = 3_000;

/** No topic of the pipeline. */
const EVERYTHING = 'everything';

interface Live {
  /** Since when nothing comes in, or null while the stream is up. */
  lostAt: Date | null;
}

const Context = createContext<Live>({ lostAt: null });

export const useLive = (): Live => useContext(Context);

/**
 * Asks again for what the page shows, soon and as often as needed, one time after the other: a time that is under way is never
 * given up for a newer one, or a page would show nothing for as long as things change faster than it is answered.
 */
function useRefetch(queries: QueryClient): (topic: string) => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const isAsking = useRef(false);
  const wanted = useRef(new Set<string>());
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return useCallback(
    (topic) => {
      wanted.current.add(topic);
      const ask = async (): Promise<void> => {
        timer.current = undefined;
        const topics = [...wanted.current];
        wanted.current.clear();
        isAsking.current = true;
        const tooLong = new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
        const asked = queries.invalidateQueries({
          predicate: ({ queryKey }) => topics.some((one) => reaches(one, queryKey)),
        });
        await Promise.race([asked, tooLong]);
        isAsking.current = false;
        if (wanted.current.size > 0) await ask();
      };
      if (!isAsking.current) timer.current ??= setTimeout(() => void ask(), GATHER_MS);
    },
    [queries],
  );
}

/**
 * Listens to what changes and refetches what the page shows. The stream resumes from its last id, and a reconnected
 * page asks for everything again, so a lost connection leaves no gap. Neither does a page that brings its data along: what
 * changed while it was on its way is asked for once it is there.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const lost = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [lostAt, setLostAt] = useState<Date | null>(null);

  const refetchSoon = useRefetch(queries);

  const found = useCallback(() => {
    clearTimeout(lost.current);
    lost.current = undefined;
    setLostAt(null);
  }, []);

  const onNews = useCallback(
    (news: News) => {
      if (news === 'lost') lost.current ??= setTimeout(() => setLostAt(new Date()), PATIENCE_MS);
      else found();
      if (news === 'started') refetchSoon(EVERYTHING);
      else if (typeof news === 'object') refetchSoon(news.topic);
    },
    [found, refetchSoon],
  );
  const { isMine, tell } = useOneStream(`lockstep-live ${useViewer().email}`, onNews);

  useSubscription(
    trpc.events.onEvent.subscriptionOptions(undefined, {
      enabled: isMine,
      onStarted: () => tell('started'),
      onData: ({ data: { topic } }) => tell(topic === 'ready' ? 'found' : { topic }),
      onConnectionStateChange: ({ state }) => {
        if (state === 'pending') tell('found');
        else if (state === 'connecting') tell('lost');
      },
    }),
  );

  useEffect(
    () =>
      queries.getQueryCache().subscribe(({ type, query }) => {
        if (type === 'added' && query.state.data !== undefined) refetchSoon(EVERYTHING);
      }),
    [queries, refetchSoon],
  );

  useEffect(() => () => clearTimeout(lost.current), []);

  return <Context value={{ lostAt }}>{children}</Context>;
}
