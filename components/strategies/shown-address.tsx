'use client';
import { CopyText } from '../ui/copy-text.tsx';

/** A new webhook address: it is here now and never again. */
export function ShownAddress({ address, onGone }: { address: string; onGone?: () => void }) {
  return (
    <div role="status" className="grid gap-2 rounded-lg border border-accent bg-accent-soft p-3">
      <p>
        <b>The webhook’s address.</b> It is shown now and never again: whoever knows it can send alerts. Copy
        it to TradingView before you leave.
      </p>
      <CopyText text={address} what="the address" />
      {onGone ? (
        <button type="button" onClick={onGone} className="justify-self-start text-accent underline">
          I have it, hide it
        </button>
      ) : null}
    </div>
  );
}
