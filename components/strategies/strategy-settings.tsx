'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Form } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { SaveRow } from '../ui/save-row.tsx';
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
        <Form
          className="grid gap-3 p-3.5"
          onChange={() => setSaid(null)}
          onSubmit={(form) => void update.run({ id: strategy.id, ...basicsOf(form), ...timesOf(form) })}
        >
          <StrategyBasics of={strategy} />
          <StrategyTimes of={strategy} />
          <SaveRow act="Save the settings" doing={update} said={said} />
        </Form>
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
              Archive the strategy…
            </Button>
          )}
        </div>
      </div>
      {archiving ? (
        <FormDialog
          title={`Archive ${strategy.name}`}
          description={`Its ${count(strategy.sources, 'webhook address answers', 'webhook addresses answer')} nobody any more, exits included: nothing comes to your ${count(strategy.followers, 'following account')}. It is refused while trades of it are open. What happened stays readable.`}
          act="Archive the strategy"
          danger
          doing={status}
          onClose={() => setArchiving(false)}
          onSubmit={() => set('ARCHIVED')}
        />
      ) : null}
    </Card>
  );
}
