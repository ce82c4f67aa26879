'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import { decimalsOf, price } from '../format.ts';
import { PreviewWords } from '../positions/levels-preview.tsx';
import { useThrottled } from '../throttled.ts';
import type { Trade } from '../trade-view.tsx';
import { cx } from '../ui/cx.ts';
import { Bar } from '../ui/shape.tsx';
import { type Held, isElsewhere, wantedBy } from './held-level.ts';

/** How often a price on its way is asked about. */
const ASK_EVERY_MS = 120;
/** The prices that a level passes on its way are soon of no use. */
const KEPT_MS = 5_000;

/** What the level would bring where it is held now, in numbers, while it moves. */
export function HeldWords({ trade, held }: { trade: Trade; held: Held }) {
  const trpc = useTRPC();
  const decimals = decimalsOf(trade.tickSize);
  const { stop, target } = wantedBy({ ...held, price: useThrottled(held.price, ASK_EVERY_MS) });
  const { data } = useQuery(
    trpc.positions.previewLevels.queryOptions(
      { id: trade.id, stop, target },
      { placeholderData: keepPreviousData, gcTime: KEPT_MS },
    ),
  );
  const isHigh = (held.kind === 'target') === (trade.direction === 'LONG');
  return (
    <div
      role="status"
      className={cx(
        'pointer-events-none absolute left-2 z-20 max-w-[min(360px,calc(100%-16px))] rounded-lg border border-line-strong bg-raised px-3 py-2',
        isHigh ? 'bottom-10' : 'top-2',
      )}
    >
      <b className="font-semibold">
        {held.kind === 'stop' ? 'Stop' : 'Target'} {price(held.from, decimals, { average: true })}
        {isElsewhere(held) ? ` → ${price(held.price, decimals)}` : ''}
      </b>
      {data ? (
        <PreviewWords preview={data} trade={trade} only={held.kind} />
      ) : (
        <Bar className="my-1 w-56 bg-line" />
      )}
      <span className="block text-text-2 text-xs">
        {wayOut(held)}
        <span className="pointer-coarse:hidden"> Escape leaves it.</span>
      </span>
    </div>
  );
}

function wayOut(held: Held): string {
  if (!isElsewhere(held)) return 'Here it stands: letting go changes nothing.';
  return held.by === 'keys' ? 'Enter asks before it is set.' : 'Let go, and you are asked before it is set.';
}
