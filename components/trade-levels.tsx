'use client';
import { decimalsOf, percent, price, quantity, span } from './format.ts';
import { useNow } from './now.ts';
import { Time } from './time.tsx';
import type { Trade, TradeFigure } from './trade-view.tsx';
import { Card } from './ui/card.tsx';

/** Every rule that would close the trade: its level, who set it, and how far away it is. */
export function ExitLevels({ trade, figure }: { trade: Trade; figure: TradeFigure | undefined }) {
  const now = useNow();
  const decimals = decimalsOf(trade.tickSize);
  const distances = new Map(figure?.levels.map((level) => [level.kind, level.distance]));
  return (
    <Card title="What would close it">
      <table className="w-full">
        <thead className="sr-only">
          <tr>
            <th>Rule</th>
            <th>Level</th>
            <th>Distance</th>
          </tr>
        </thead>
        <tbody>
          {trade.levels.map((level) => {
            const distance = distances.get(level.kind);
            return (
              <tr key={level.kind} className="border-b border-line last:border-0">
                <td className="py-2.5 pl-3.5">
                  {level.label} <span className="text-text-3">{level.setBy}</span>
                </td>
                <td className="py-2.5 pl-2 text-right">
                  {level.price ? (
                    price(level.price, decimals, { average: true })
                  ) : level.at ? (
                    <Time at={level.at} />
                  ) : null}
                </td>
                <td className="whitespace-nowrap py-2.5 pr-3.5 pl-2 text-right text-text-2">
                  {level.at ? `${span(Math.max(0, level.at.getTime() - now.getTime()))} left` : null}
                  {distance ? `${percent(distance)} away` : null}
                </td>
              </tr>
            );
          })}
          {trade.targets
            .filter((target) => target.state === 'LATER')
            .map((target) => (
              <tr key={target.rung} className="border-b border-line last:border-0">
                <td className="py-2.5 pl-3.5">
                  {target.isRest ? 'Then target, the rest' : `Then rung ${target.rung}`}{' '}
                  <span className="text-text-3">{quantity(target.sharePercent)} %</span>
                </td>
                <td className="py-2.5 pl-2 text-right">{price(target.price, decimals, { average: true })}</td>
                <td />
              </tr>
            ))}
          {trade.levels.length === 0 ? (
            <tr>
              <td className="px-3.5 py-3 text-text-2">
                {trade.openedAt
                  ? 'No rule stands. Only you, an exit alert or a switch closes it.'
                  : 'Stops and targets are set by the first fill.'}
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
    </Card>
  );
}
