'use client';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';
import { decimalsOf, money, percent, price, span, toneOf } from '../format.ts';
import { levelWord } from '../level-words.ts';
import type { Trade } from '../trade-view.tsx';
import { Said } from '../ui/said.tsx';
import { Bar } from '../ui/shape.tsx';

type Preview = inferRouterOutputs<Api>['positions']['previewLevels'];
type Outcome = NonNullable<Preview['stop']>;

const TONE = { gain: 'text-gain', loss: 'text-loss', flat: '' } as const;

/** What stop and target would bring, a second at a time until they are set. */
export function LevelsPreview(props: { preview: Preview | undefined; failed: boolean; trade: Trade }) {
  const { preview, failed, trade } = props;
  if (!preview && failed)
    return <Said bad>What they would bring could not be worked out. Nothing is changed.</Said>;
  if (!preview) return <Bar className="mt-4 h-14" />;
  return (
    <Said bad={preview.problem !== null}>
      <Changes preview={preview} trade={trade} />
      <PreviewWords preview={preview} trade={trade} />
    </Said>
  );
}

/** From where to where, in figures; a level that its rules decide before and after does not move. */
function Changes({ preview, trade }: { preview: Preview; trade: Trade }) {
  const decimals = decimalsOf(trade.tickSize);
  const { stop, ownStop, ownTarget } = trade.standing;
  const target = trade.targets.find((one) => one.isRest)?.price ?? null;
  const word = (level: string | null, none: string) =>
    level === null ? none : price(level, decimals, { average: true });
  const change = (name: string, own: string | null, now: string | null, next: string | null) =>
    own === next || (next !== null && now !== null && Number(next) === Number(now))
      ? []
      : [`${name} ${word(now, 'off')} → ${word(next, 'by its rules')}`];
  const changes = [
    ...change('Stop', ownStop, stop, preview.stop?.price ?? null),
    ...change('Target', ownTarget, target, preview.target?.price ?? null),
  ];
  return (
    <b className="mb-1 block font-semibold">{changes.join(' · ') || 'As it stands: nothing changes.'}</b>
  );
}

/** The same in words alone; `only` says one of the two. */
export function PreviewWords(props: { preview: Preview; trade: Trade; only?: 'stop' | 'target' }) {
  const { preview, trade, only } = props;
  const decimals = decimalsOf(trade.tickSize);
  if (preview.problem) return <span className="block text-loss">{preview.problem}</span>;
  return (
    <>
      {only === 'target' ? null : (
        <>
          <Line name="At the stop" outcome={preview.stop} preview={preview} decimals={decimals} />
          <Nearer trade={trade} stop={preview.stop?.price ?? null} />
        </>
      )}
      {only === 'stop' ? null : (
        <Line name="At the target" outcome={preview.target} preview={preview} decimals={decimals} />
      )}
      {preview.mark && !preview.priceIsGood && preview.priceAgeMs !== null ? (
        <span className="mt-1 block text-warn">The price is {span(preview.priceAgeMs)} old.</span>
      ) : null}
    </>
  );
}

/** Another level that the price reaches before the stop. */
function Nearer({ trade, stop }: { trade: Trade; stop: string | null }) {
  const sign = trade.direction === 'LONG' ? 1 : -1;
  const nearer = trade.levels
    .filter(({ kind, price: level }) => (kind === 'hard_stop' || kind === 'trail') && level !== null)
    .find((level) => stop !== null && sign * (Number(level.price) - Number(stop)) > 0);
  if (!nearer?.price) return null;
  return (
    <span className="block text-warn">
      The {levelWord(nearer.kind)} at {price(nearer.price, decimalsOf(trade.tickSize), { average: true })} is
      reached before it.
    </span>
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
