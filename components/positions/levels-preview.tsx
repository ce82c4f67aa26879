'use client';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { decimalsOf, money, percent, price, span, toneOf } from '../format.ts';
import { Said } from '../ui/said.tsx';
import { Bar } from '../ui/shape.tsx';

type Preview = inferRouterOutputs<Api>['positions']['previewLevels'];
type Outcome = NonNullable<Preview['stop']>;

const TONE = { gain: 'text-gain', loss: 'text-loss', flat: '' } as const;

/** What stop and target would bring, a second at a time until they are set. */
export function LevelsPreview({ preview, tickSize }: { preview: Preview | undefined; tickSize: string }) {
  if (!preview) return <Bar className="mt-4 h-14" />;
  const decimals = decimalsOf(tickSize);
  if (preview.problem) return <Said bad>{preview.problem}</Said>;
  return (
    <Said>
      <Line name="At the stop" outcome={preview.stop} preview={preview} decimals={decimals} />
      <Line name="At the target" outcome={preview.target} preview={preview} decimals={decimals} />
      {preview.mark && !preview.priceIsGood && preview.priceAgeMs !== null ? (
        <span className="mt-1 block text-warn">The price is {span(preview.priceAgeMs)} old.</span>
      ) : null}
    </Said>
  );
}

function Line(props: { name: string; outcome: Outcome | null; preview: Preview; decimals: number }) {
  const { name, outcome, preview, decimals } = props;
  if (!outcome) return <span className="block text-text-2">{name}: its rules decide.</span>;
  return (
    <span className="block">
      {name} {price(outcome.price, decimals)}
      {outcome.distance ? `, ${percent(outcome.distance)} away,` : ''} the trade ends at about{' '}
      <b className={TONE[toneOf(outcome.result)]}>
        {money(outcome.result, preview.currency, { sign: true })}
      </b>
      .
    </span>
  );
}
