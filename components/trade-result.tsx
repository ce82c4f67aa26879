'use client';
import { Changed } from './figure.tsx';
import { decimalsOf, isZero, money, percent, price, quantity, span, toneOf } from './format.ts';
import type { Trade, TradeFigure } from './trade-view.tsx';
import { Card } from './ui/card.tsx';
import { cx } from './ui/cx.ts';

const TONE = { gain: 'text-gain', loss: 'text-loss', flat: '' } as const;

/** What a trade that is over brought, and what it cost. */
export function TradeResult({ trade }: { trade: Trade }) {
  const decimals = decimalsOf(trade.tickSize);
  const at = (value: string | null) => (value === null ? '–' : price(value, decimals, { average: true }));
  const rows: [string, string][] = [
    ['Quantity', quantity(trade.entryQty)],
    ['Entry, average', at(trade.entryAverage)],
    ['Exit, average', at(trade.exitAverage)],
    ['Entry slippage per unit', slip(trade.entrySlippage, decimals)],
    ['Exit slippage per unit', slip(trade.exitSlippage, decimals)],
    ['Fees', money(trade.fees, trade.currency)],
  ];
  if (!isZero(trade.dustQty)) rows.push(['Left below the lot', quantity(trade.dustQty)]);
  return (
    <Card title="Result" aside={trade.exitReason ?? undefined}>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name} className="flex justify-between border-b border-line px-3.5 py-2.5 last:border-0">
            <dt className="text-text-2">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

/** Worse than expected is told as such, not by its sign alone. */
function slip(value: string | null, decimals: number): string {
  if (value === null) return '–';
  if (isZero(value)) return 'none';
  const size = price(value.replace('-', ''), decimals, { average: true });
  return value.startsWith('-') ? `${size} better` : `${size} worse`;
}

/** The one figure of a trade: live while it is open, final once it is closed. */
TradeResult.Headline = function Headline({
  trade,
  figure,
}: {
  trade: Trade;
  figure: TradeFigure | undefined;
}) {
  const isOpen = trade.status === 'OPEN' || trade.status === 'EXITING';
  const value = isOpen ? figure?.pnl : trade.status === 'CLOSED' ? trade.pnl : null;
  const share = isOpen ? figure?.pnlPercent : trade.pnlPercent;
  if (value === null || value === undefined) return null;
  const stale = isOpen && figure ? !figure.isGood : false;
  return (
    <div className="desk:text-right" data-testid="pnl">
      <div className="text-text-2 text-xs">{isOpen ? 'P&L so far' : 'P&L'}</div>
      <div
        className={cx('font-semibold text-2xl tracking-tight', stale ? 'text-text-3' : TONE[toneOf(value)])}
      >
        <Changed value={value}>{money(value, trade.currency, { sign: true })}</Changed>
      </div>
      <div className="text-text-2 text-xs">
        {share ? percent(share, { sign: true }) : null}
        {isOpen && figure ? ` · ${ageWords(figure)}` : ''}
      </div>
    </div>
  );
};

function ageWords(figure: TradeFigure): string {
  if (figure.ageMs === null) return 'no price';
  return figure.isGood ? `quote ${span(figure.ageMs)} old` : `quote stale for ${span(figure.ageMs)}`;
}
