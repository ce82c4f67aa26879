'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { basicsOf, type OwnStrategy, StrategyBasics, StrategyTimes, timesOf } from './strategy-fields.tsx';

/** Everything that is set on an own strategy, pausing it and putting it away. */
export function StrategySettings({ strategy }: { strategy: OwnStrategy }) {
  const trpc = useTRPC();
  const [said, setSaid] = useState<string | null>(null);
  const update = useAct(trpc.strategies.update.mutationOptions(), () =>
    setSaid('Saved. It counts from the next alert on.'),
  );
  return (
    <div className="grid items-start gap-4 desk:grid-cols-[minmax(0,1fr)_360px]">
      <Card title="Settings">
        <form
          className="grid gap-3 p-3.5"
          onChange={() => setSaid(null)}
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            void update.run({ id: strategy.id, ...basicsOf(form), ...timesOf(form) });
          }}
        >
          <StrategyBasics of={strategy} />
          <StrategyTimes of={strategy} />
          <Problem text={update.problem} />
          <div className="flex items-center gap-3">
            <Button type="submit" look="primary" disabled={update.busy}>
              {update.busy ? 'Saving' : 'Save the settings'}
            </Button>
            <span role="status" className="text-gain">
              {said}
            </span>
          </div>
        </form>
      </Card>
      <StrategyStatus strategy={strategy} />
    </div>
  );
}

function StrategyStatus({ strategy }: { strategy: OwnStrategy }) {
  const trpc = useTRPC();
  const [archiving, setArchiving] = useState(false);
  const status = useAct(trpc.strategies.setStatus.mutationOptions(), () => setArchiving(false));
  const set = (to: 'ACTIVE' | 'PAUSED' | 'ARCHIVED') => void status.run({ id: strategy.id, status: to });
  return (
    <Card title="Taking alerts">
      <div className="grid gap-3 p-3.5">
        <p className="text-text-2">
          {strategy.status === 'ACTIVE'
            ? 'Entries and exits are taken.'
            : strategy.status === 'PAUSED'
              ? 'Paused: entries are refused, exit alerts still close what is open.'
              : 'Archived: its addresses answer nobody.'}
        </p>
        {archiving ? null : <Problem text={status.problem} />}
        <div className="flex flex-wrap gap-2">
          {strategy.status === 'ACTIVE' ? (
            <Button disabled={status.busy} onClick={() => set('PAUSED')}>
              Pause entries
            </Button>
          ) : (
            <Button look="primary" disabled={status.busy} onClick={() => set('ACTIVE')}>
              Take entries again
            </Button>
          )}
          {strategy.status === 'ARCHIVED' ? null : (
            <Button look="danger" disabled={status.busy} onClick={() => setArchiving(true)}>
              Archive…
            </Button>
          )}
        </div>
      </div>
      {archiving ? (
        <FormDialog
          title={`Archive ${strategy.name}`}
          description={`Its ${strategy.sources} webhook ${strategy.sources === 1 ? 'address answers' : 'addresses answer'} nobody any more, exits included: nothing comes to your ${strategy.followers} following accounts. It is refused while trades of it are open. What happened stays readable.`}
          act="Archive the strategy"
          danger
          busy={status.busy}
          problem={status.problem}
          onClose={() => setArchiving(false)}
          onSubmit={() => set('ARCHIVED')}
        />
      ) : null}
    </Card>
  );
}
