'use client';
import { span } from './format.ts';
import { useLive } from './live.tsx';

/** A quote's age is worth saying from here on. */
const SAY_FROM_MS = 5_000;

/** The age of a price once it is older than 5 s, or that there is none. */
export function QuoteAge({
  ageMs,
  isGood,
  always = false,
}: {
  ageMs: number | null;
  isGood: boolean;
  always?: boolean;
}) {
  const { lostAt } = useLive();
  if (ageMs === null) return <small className="block text-[11px] text-text-3">no price</small>;
  if (!isGood)
    return (
      <small className="block text-[11px] text-text-3">{lostAt ? 'stale' : `stale ${span(ageMs)}`}</small>
    );
  if (!always && ageMs <= SAY_FROM_MS) return null;
  return <small className="block text-[11px] text-text-3">{span(ageMs)} old</small>;
}
