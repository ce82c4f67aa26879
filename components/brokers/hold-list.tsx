'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { listOf, textOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea } from '../ui/text-area.tsx';
import type { Account } from './words.ts';

/** Symbols that no rule may sell on this account. */
export function HoldList({ account }: { account: Account }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const update = useAct(trpc.accounts.update.mutationOptions(), () => setOpen(false));
  return (
    <Card
      title="Hold list"
      aside={
        <Button size="small" aria-label="Change the hold list" onClick={() => setOpen(true)}>
          Change…
        </Button>
      }
    >
      <div className="p-3.5 text-text-2">
        {account.holdSymbols.length === 0 ? (
          'Empty: every position may be sold by its rules.'
        ) : (
          <>
            {account.holdSymbols.map((symbol) => (
              <Badge key={symbol} tone="warn">
                {symbol}
              </Badge>
            ))}
            <p className="mt-1.5">
              No rule sells these, stops included. Closing by hand and the kill switch do.
            </p>
          </>
        )}
      </div>
      {open ? (
        <FormDialog
          title="Hold list"
          description="Positions in these symbols are kept whatever their stops say: they stand without protection. Closing by hand and the kill switch still sell."
          act="Save the hold list"
          doing={update}
          onClose={() => setOpen(false)}
          onSubmit={(form) =>
            void update.run({
              id: account.id,
              holdSymbols: listOf(textOf(form, 'symbols')),
            })
          }
        >
          <TextArea
            label="Symbols, separated by commas"
            name="symbols"
            defaultValue={account.holdSymbols.join(', ')}
            placeholder="none"
          />
        </FormDialog>
      ) : null}
    </Card>
  );
}
