'use client';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { decimalsOf, isZero, money, price, quantity, span, toneOf } from './format.ts';
import { Said } from './ui/said.tsx';
import { Bar } from './ui/shape.tsx';

type Preview = inferRouterOutputs<Api>['trades']['previewClose'];

const TONE = { gain: 'text-gain', loss: 'text-loss', flat: '' } as const;

/** What the close would do, in numbers, a second at a time until it is done. */
export function ClosePreview(props: {
  preview: Preview | undefined;
  limit: string | null;
  tickSize: string;
}) {
  const { preview, limit, tickSize } = props;
  if (!preview) return <Bar className="mt-4 h-14" />;
  if (!preview.live) return <Said>This trade is no longer open.</Said>;
  if (preview.entering) {
    return <Said>The entry order is withdrawn. What fills before that is closed at market at once.</Said>;
  }
  if (preview.problem) return <Said bad>{preview.problem}</Said>;
  const decimals = decimalsOf(tickSize);
  const verb = preview.side === 'SELL' ? 'Sells' : 'Buys back';
  return (
    <Said>
      {verb} {quantity(preview.qty)} {preview.symbol}{' '}
      {limit ? `at ${price(limit, decimals)} or better` : 'at market'}
      {!limit && preview.price ? `, now about ${price(preview.price, decimals)}` : ''}.{' '}
      {preview.result ? (
        <>
          That part brings about{' '}
          <b className={TONE[toneOf(preview.result)]}>
            {money(preview.result, preview.currency, { sign: true })}
          </b>{' '}
          before fees.{' '}
        </>
      ) : (
        'There is no price to say what it brings. '
      )}
      {isZero(preview.remaining)
        ? 'Nothing stays open.'
        : `${quantity(preview.remaining)} stay open with their stop.`}
      {preview.priceIsGood || !preview.priceAgeMs ? null : (
        <span className="mt-1 block text-warn">The price is {span(preview.priceAgeMs)} old.</span>
      )}
      {preview.underWay ? (
        <span className="mt-1 block text-warn">
          Already closing: {preview.underWay.toLowerCase()}. A full close at market takes its place unless it
          is as urgent.
        </span>
      ) : null}
    </Said>
  );
}
