'use client';
import { Fragment, type ReactNode } from 'react';
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
          {trade.levels.map(({ kind, label, setBy, price: level, at }) => {
            const distance = distances.get(kind);
            const left = at ? `${span(Math.max(0, at.getTime() - now.getTime()))} left` : null;
            return (
              <Fragment key={kind}>
                <Row
                  rule={label}
                  note={setBy}
                  level={level ? price(level, decimals) : at && <Time at={at} />}
                  distance={distance ? `${percent(distance)} away` : left}
                />
                {kind === 'target' ? <LaterTargets trade={trade} /> : null}
              </Fragment>
            );
          })}
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

/** The rest of the ladder, once its next rung is done. */
function LaterTargets({ trade }: { trade: Trade }) {
  const decimals = decimalsOf(trade.tickSize);
  return trade.targets
    .filter((target) => target.state === 'LATER')
    .map((target) => (
      <Row
        key={target.rung}
        rule={target.isRest ? 'then target, the rest' : `then rung ${target.rung}`}
        note={`${quantity(target.sharePercent)} %`}
        level={price(target.price, decimals, { average: true })}
        distance={null}
      />
    ));
}

interface RowProps {
  rule: string;
  /** Who set it, or how much it takes. */
  note: string;
  level: ReactNode;
  distance: string | null;
}

function Row({ rule, note, level, distance }: RowProps) {
  return (
    <tr className="border-b border-line last:border-0">
      <td className="py-2.5 pl-3.5">
        {rule} <span className="text-text-3">{note}</span>
      </td>
      <td className="py-2.5 pl-2 text-right">{level}</td>
      <td className="whitespace-nowrap py-2.5 pr-3.5 pl-2 text-right text-text-2">{distance}</td>
    </tr>
  );
}
