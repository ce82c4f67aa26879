'use client';
import { TriangleAlert } from 'lucide-react';
import { decimalsOf, price, quantity } from './format.ts';
import { Time } from './time.tsx';
import type { Trade } from './trade-view.tsx';
import { cx } from './ui/cx.ts';
import { WithdrawExit } from './withdraw-exit.tsx';

/** What needs the owner's eye: an exit under way, one that waits, a trade without a working stop. */
export function TradeNotices({ trade }: { trade: Trade }) {
  return (
    <>
      {trade.unprotected ? (
        <Notice bad>
          <span>
            No working stop since <Time at={trade.unprotected.since} />: {trade.unprotected.why}.
          </span>
        </Notice>
      ) : null}
      {trade.pendingExit ? (
        <Notice bad={trade.pendingExit.waitsFor !== null}>
          {pendingWords(trade)}
          {trade.canWithdraw ? <WithdrawExit tradeId={trade.id} /> : null}
        </Notice>
      ) : null}
      {trade.wish ? (
        <Notice>
          Close wanted ({trade.wish.toLowerCase()}); it is kept until it is done.
          {trade.canWithdraw ? <WithdrawExit tradeId={trade.id} /> : null}
        </Notice>
      ) : null}
    </>
  );
}

function pendingWords(trade: Trade): string {
  const exit = trade.pendingExit;
  if (!exit) return '';
  if (exit.waitsFor)
    return `Exit (${exit.reason.toLowerCase()}) waits: ${exit.waitsFor}. It goes as soon as it can.`;
  const how =
    exit.orderType === 'LIMIT' && exit.limitPrice
      ? ` at ${price(exit.limitPrice, decimalsOf(trade.tickSize))} or better`
      : ' at market';
  return `Already closing${exit.qty ? ` ${quantity(exit.qty)}` : ''}${how}: ${exit.reason.toLowerCase()}.`;
}

function Notice({ bad = false, children }: { bad?: boolean; children: React.ReactNode }) {
  return (
    <div
      role="status"
      className={cx(
        'flex items-center gap-2 rounded-lg border border-line border-l-[3px] bg-surface px-3.5 py-2.5',
        bad ? 'border-l-loss' : 'border-l-warn',
      )}
    >
      <TriangleAlert size={14} aria-hidden className={bad ? 'text-loss' : 'text-warn'} />
      <span className="flex grow flex-wrap items-center justify-between gap-2">{children}</span>
    </div>
  );
}
