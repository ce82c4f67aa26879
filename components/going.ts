'use client';
import { useSyncExternalStore } from 'react';

let going: string | null = null;
const listeners = new Set<() => void>();

function change(to: string | null): void {
  going = to;
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Says that a click leads there and its page is on its way; the returned function says that it no longer is. */
export function setGoing(href: string): () => void {
  change(href);
  return () => {
    if (going === href) change(null);
  };
}

/** Where the person is going while the page there is on its way, or null. */
export const useGoing = (): string | null =>
  useSyncExternalStore(
    subscribe,
    () => going,
    () => null,
  );
