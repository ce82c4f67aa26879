'use client';
import { useState } from 'react';
import type { Trade } from '../trade-view.tsx';
import { Button } from '../ui/button.tsx';
import { LevelsDialog } from './levels-dialog.tsx';

/** Change stop and target by typing them; nothing to see where neither can be changed. */
export function ChangeLevels({ trade }: { trade: Trade }) {
  const [seen, setSeen] = useState<Trade['standing'] | null>(null);
  if (trade.status !== 'OPEN' && trade.status !== 'EXITING') return null;
  return (
    <>
      <Button onClick={() => setSeen(trade.standing)}>Change stop and target…</Button>
      {seen ? (
        <LevelsDialog
          trade={trade}
          wanted={{ stop: seen.ownStop, target: seen.ownTarget }}
          seen={seen}
          onDone={() => setSeen(null)}
        />
      ) : null}
    </>
  );
}
