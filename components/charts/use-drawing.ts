'use client';
import { useEffect, useState } from 'react';
import type { PriceCanvas } from './price-canvas.tsx';

type Drawing = { state: 'loading' } | { state: 'failed' } | { state: 'ready'; Canvas: typeof PriceCanvas };

/**
 * The chart library is big and draws on a canvas: it comes after the page, and only in a browser. That it does not come
 * (a lost line, an older page after an update) is an answer of its own: the page must not stay in its loading shape, or go
 * down with it.
 */
export function useDrawing(): Drawing & { retry: () => void } {
  const [attempt, setAttempt] = useState(0);
  const [drawing, setDrawing] = useState<Drawing>({ state: 'loading' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt loads again
  useEffect(() => {
    let isGone = false;
    const show = (next: Drawing) => {
      if (!isGone) setDrawing(next);
    };
    import('./price-canvas.tsx').then(
      (module) => show({ state: 'ready', Canvas: module.PriceCanvas }),
      () => show({ state: 'failed' }),
    );
    return () => {
      isGone = true;
    };
  }, [attempt]);
  const retry = () => {
    setDrawing({ state: 'loading' });
    setAttempt((n) => n + 1);
  };
  return { ...drawing, retry };
}
