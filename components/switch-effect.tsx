'use client';
import { type Reach, type SwitchState, switchEffect } from './switch-words.ts';
import { Time } from './time.tsx';
import { Bar } from './ui/shape.tsx';

/** What stands now, and what the switch would do, in numbers. */
export function SwitchEffect(props: { reach: Reach | undefined; state: SwitchState; done?: boolean }) {
  const { reach, state, done = false } = props;
  if (!reach) return <Bar className="h-14" />;
  return (
    <div aria-live="polite" className="grid gap-1.5 rounded-lg bg-raised px-3.5 py-3">
      {reach.state === 'OFF' ? null : (
        <p className="text-loss">
          {reach.state === 'HALT' ? 'Halted' : 'Flattening'}
          {reach.since ? (
            <>
              {' '}
              since <Time at={reach.since} />
            </>
          ) : null}
          {reach.reason ? `: ${reach.reason}` : ''}. Still open: {reach.openTrades}.
        </p>
      )}
      {done ? null : <p>{switchEffect(state, reach)}</p>}
      {done && reach.state === 'OFF' ? <p>Entries are taken again. Nothing was sent.</p> : null}
    </div>
  );
}
