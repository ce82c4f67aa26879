'use client';
import { fullTime, timeOfDay } from './format.ts';
import { useNow } from './now.ts';
import { useViewer } from './viewer.tsx';

/** A moment in the viewer's zone: the clock today, with its date when older; all of it on hover. */
export function Time({ at, millis = false }: { at: Date; millis?: boolean }) {
  const { timeZone } = useViewer();
  const now = useNow();
  return (
    <time
      dateTime={at.toISOString()}
      title={fullTime(at, timeZone)}
      suppressHydrationWarning
      className="whitespace-nowrap"
    >
      {timeOfDay(at, timeZone, now, { millis })}
    </time>
  );
}
