'use client';
import { useSyncExternalStore } from 'react';
import { useViewer } from './viewer.tsx';

const STEP_MS = 1_000;
let now = new Date();
let ticking: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** One clock for all that shows an age: it ticks only while something listens. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) now = new Date();
  ticking ??= setInterval(() => {
    now = new Date();
    for (const tell of listeners) tell();
  }, STEP_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** The time, a second at a time. The first picture shows the server's, so that both sides write the same words. */
export function useNow(): Date {
  const { renderedAt } = useViewer();
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => renderedAt,
  );
}
