'use client';
import { money } from '../format.ts';
import { Kpi } from '../results/kpi.tsx';
import { Time } from '../time.tsx';
import { cx } from '../ui/cx.ts';
import type { Today } from './today.tsx';

type Account = Today['accounts'][number];

/** The share of the limit that is used, 0 to 100; a gain uses nothing. Doubles are enough for a bar. */
export const usedShare = ({ pnl, lossLimit }: Account): number =>
  lossLimit ? Math.min(100, Math.max(0, (-Number(pnl) / Number(lossLimit.amount)) * 100)) : 0;

export const lostSoFar = ({ pnl }: Account): string => (pnl.startsWith('-') ? pnl.slice(1) : '0');

/** A bar of the daily loss limit. */
export function Meter({ account, label }: { account: Account; label: string }) {
  const share = usedShare(account);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the browsers' own meter cannot be given the tokens' colours
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share)}
      className="my-1.5 h-[5px] overflow-hidden rounded-full bg-raised outline outline-1 outline-line"
    >
      <div
        style={{ width: `${share}%` }}
        className={cx('h-full', share >= 75 ? 'bg-loss' : share >= 40 ? 'bg-warn' : 'bg-accent')}
      />
    </div>
  );
}

/** The account that has used most of its daily loss limit, and who set that. */
export function LossMeter({ accounts }: { accounts: readonly Account[] }) {
  const limited = accounts.filter((one) => one.lossLimit).sort((a, b) => usedShare(b) - usedShare(a));
  const worst = limited[0];
  if (!worst?.lossLimit) {
    return (
      <Kpi name="Daily loss limit" below="no limit is set">
        –
      </Kpi>
    );
  }
  const { amount, setBy, hitAt } = worst.lossLimit;
  return (
    <Kpi
      name="Daily loss limit"
      below={
        <>
          <Meter account={worst} label={`Used of the daily loss limit of ${worst.name}`} />
          {accounts.length > 1 ? `${worst.name}, ` : ''}set by {setBy}
          {hitAt ? (
            <span className="block text-loss">
              reached at <Time at={hitAt} />: no entries until the next trading day
            </span>
          ) : null}
        </>
      }
    >
      {money(lostSoFar(worst), worst.currency)}{' '}
      <small className="whitespace-nowrap font-normal text-[13px] text-text-2 tracking-normal max-desk:block">
        of {money(amount, worst.currency)}
      </small>
    </Kpi>
  );
}
