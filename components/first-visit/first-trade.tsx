'use client';
import { PlaceLink } from '../place-link.tsx';
import { OnAccounts } from '../strategies/test-result.tsx';
import { buttonClass } from '../ui/button.tsx';
import type { Progress } from './steps.ts';

/** What became of the alert; once it is filled, the way to the trade and onwards. */
export function FirstTrade({ progress }: { progress: Progress }) {
  return (
    <>
      {progress.signal ? (
        <div className="w-full">
          <OnAccounts signalId={progress.signal} />
        </div>
      ) : null}
      {progress.trade ? (
        <>
          <p role="status">
            <b>Filled.</b> The trade is open, its stop is watched tick by tick, and it closes by itself at its
            stop or target.
          </p>
          <div className="flex flex-wrap gap-2">
            <PlaceLink href={`/trades/${progress.trade}`} className={buttonClass('primary')}>
              Open the trade
            </PlaceLink>
            {progress.strategy ? (
              <PlaceLink href={`/strategies/${progress.strategy}`} className={buttonClass()}>
                Connect TradingView
              </PlaceLink>
            ) : null}
          </div>
        </>
      ) : (
        <p className="text-text-2">Waiting for the fill. A refusal would stand here in a sentence.</p>
      )}
    </>
  );
}
