'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from './api.ts';
import { useLive } from './live.tsx';

/** How often open figures are asked for. */
const EVERY_MS = 1_000;

/** Live figures of open trades by id, a second at a time; asks only while there is something to ask about. */
export function useLiveFigures(ids: string[]) {
  const trpc = useTRPC();
  const { lostAt } = useLive();
  const { data } = useQuery(
    trpc.trades.live.queryOptions(
      { ids },
      {
        enabled: ids.length > 0,
        refetchInterval: EVERY_MS,
        staleTime: 0,
        placeholderData: keepPreviousData,
      },
    ),
  );
  // without a connection they stand still: none of them is a price of now
  return new Map(
    (data ?? []).map((figure) => [figure.id, { ...figure, isGood: figure.isGood && lostAt === null }]),
  );
}
