'use client';
import { WifiOff } from 'lucide-react';
import { timeOfDay } from './format.ts';
import { useLive } from './live.tsx';
import { useNow } from './now.ts';
import { useViewer } from './viewer.tsx';

/** Says that the page stands still, and since when; it goes by itself when the stream is back. */
export function OfflineBar() {
  const { lostAt } = useLive();
  const { timeZone } = useViewer();
  const now = useNow();
  if (!lostAt) return null;
  return (
    <div
      role="status"
      className="flex items-center gap-2 border-b border-line bg-warn-soft px-3.5 py-2 desk:px-6 text-warn"
    >
      <WifiOff size={14} aria-hidden className="shrink-0" />
      No connection since {timeOfDay(lostAt, timeZone, now)}. What you see is from then; your trades go on.
    </div>
  );
}
