'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import type { Source } from './words.ts';

/** Takes a webhook out of service after a second press, and puts it back. */
export function SourceStatus({ source }: { source: Source }) {
  const trpc = useTRPC();
  const [sure, setSure] = useState(false);
  const status = useAct(trpc.sources.setStatus.mutationOptions(), () => setSure(false));
  const set = (wanted: 'ACTIVE' | 'DISABLED') => void status.run({ id: source.id, status: wanted });
  return (
    <div className="grid gap-2">
      <Problem text={status.problem} />
      {sure ? (
        <p>
          Its address will answer nobody: exit alerts that come to it are lost as well. Open trades keep their
          stops and targets.
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {source.status === 'ACTIVE' ? (
          <Button
            look="danger"
            disabled={status.busy}
            onClick={() => (sure ? set('DISABLED') : setSure(true))}
          >
            {sure ? 'Yes, disable the webhook' : 'Disable the webhook…'}
          </Button>
        ) : (
          <Button disabled={status.busy} onClick={() => set('ACTIVE')}>
            Enable the webhook
          </Button>
        )}
        {sure ? <Button onClick={() => setSure(false)}>Leave it active</Button> : null}
      </div>
    </div>
  );
}
