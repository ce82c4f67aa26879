'use client';
import { useEffect, useRef, useState } from 'react';

/** The value as it was at most `everyMs` ago: a first change at once, the newest one of a flow of them every so often. */
export function useThrottled<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const shownAt = useRef(0);
  useEffect(() => {
    const rest = Math.max(0, shownAt.current + everyMs - performance.now());
    const timer = setTimeout(() => {
      shownAt.current = performance.now();
      setShown(value);
    }, rest);
    return () => clearTimeout(timer);
  }, [value, everyMs]);
  return shown;
}
