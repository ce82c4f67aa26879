'use client';
import { ShownOnce } from '../ui/shown-once.tsx';

/** A new webhook address: it is here now and never again. */
export function ShownAddress({ address, onGone }: { address: string; onGone: () => void }) {
  return (
    <ShownOnce
      title="The webhook’s address."
      what="the address"
      text={address}
      gone="I have it, hide it"
      onGone={onGone}
    >
      It is shown now and never again: whoever knows it can send alerts. Copy it to TradingView before you
      leave.
    </ShownOnce>
  );
}
