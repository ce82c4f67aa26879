'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { newActKey } from '../act-key.ts';
import { useTRPC } from '../api.ts';
import { decimalsOf, price } from '../format.ts';
import type { Trade } from '../trade-view.tsx';

type Standing = Trade['standing'];

/**
 * Setting stop and target of a trade, decided on the levels that were seen: where others hold by now, that is said, and
 * the change is refused until the person goes on from those. One key per decision: pressing twice changes them once.
 */
export function useSetLevels(trade: Trade, seen: Standing, onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [decision, setDecision] = useState(() => ({ seen, key: newActKey() }));
  const change = useMutation(
    trpc.positions.setLevels.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries();
        onDone();
      },
      onError: () => queries.invalidateQueries(),
    }),
  );
  const { isPending, error } = change;
  const isLost = error !== null && !error.data;
  return {
    isPending,
    /** Its answer was lost: the same press again is safe, whatever stands by now. */
    isLost,
    problem: problemOf(error),
    moved: isPending ? [] : movesBetween(decision.seen, trade.standing, decimalsOf(trade.tickSize)),
    goOn: () => {
      change.reset();
      setDecision({ seen: trade.standing, key: newActKey() });
    },
    set: (levels: { stop: string | null; target: string | null }) =>
      change.mutate({ id: trade.id, ...levels, ...decision }),
  };
}

function problemOf(error: { message: string; data?: unknown } | null): string | null {
  if (!error) return null;
  return error.data
    ? `${error.message} Nothing was changed.`
    : 'The answer was lost. Pressing again is safe: it changes them once.';
}

/** What was changed between two moments, in words. */
function movesBetween(before: Standing, now: Standing, decimals: number): string[] {
  const word = (level: string | null) => (level === null ? 'off' : price(level, decimals, { average: true }));
  const move = (name: string, from: string | null, to: string | null) =>
    isSame(from, to) ? [] : [`the ${name} is ${word(to)} now, no longer ${word(from)}`];
  const owned = (from: string | null, to: string | null) => (from === null) !== (to === null);
  const said = [...move('stop', before.stop, now.stop), ...move('target', before.target, now.target)];
  if (said.length === 0 && !isSame(before.ownTarget, now.ownTarget))
    said.push(...move('last target', before.ownTarget, now.ownTarget));
  if (said.length === 0 && owned(before.ownStop, now.ownStop))
    said.push(now.ownStop === null ? 'the stop was left to the rules' : 'the stop was set by hand');
  return said;
}

const isSame = (one: string | null, other: string | null): boolean =>
  one === null || other === null ? one === other : Number(one) === Number(other);
