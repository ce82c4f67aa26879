'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { basicsOf, StrategyBasics } from './strategy-fields.tsx';

/** The button that makes a strategy, and its questions. */
export function NewStrategy({ onMade }: { onMade: (id: string) => void }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const create = useAct(trpc.strategies.create.mutationOptions(), ({ id }) => {
    setOpen(false);
    onMade(id);
  });
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        New strategy
      </Button>
      {open ? (
        <FormDialog
          title="New strategy"
          description="A strategy receives alerts at an address of its own, and every account that follows it trades them."
          act="Create the strategy"
          doing={create}
          onClose={() => setOpen(false)}
          onSubmit={(form) => void create.run(basicsOf(form))}
        >
          <StrategyBasics />
        </FormDialog>
      ) : null}
    </>
  );
}
