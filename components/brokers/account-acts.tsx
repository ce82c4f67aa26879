'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { SwitchDialog } from '../switch-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { FormDialog, textOf } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { CapitalField, FeeFields, feesOf } from './account-fields.tsx';
import type { Account } from './words.ts';

type Open = 'edit' | 'freeze' | 'disable' | 'switch' | null;

/** What can be done with an account. */
export function AccountActs({ account }: { account: Account }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const freeze = useAct(trpc.accounts.freeze.mutationOptions(), close);
  const status = useAct(trpc.accounts.setStatus.mutationOptions(), close);
  const isDisabled = account.status === 'DISABLED';
  return (
    <div className="grid gap-2 border-t border-line p-3.5">
      {open ? null : <Problem text={freeze.problem ?? status.problem} />}
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen('edit')}>Change…</Button>
        {account.frozenAt ? (
          <Button disabled={freeze.busy} onClick={() => void freeze.run({ id: account.id, reason: null })}>
            Unfreeze
          </Button>
        ) : (
          <Button onClick={() => setOpen('freeze')}>Freeze…</Button>
        )}
        {isDisabled ? (
          <Button
            disabled={status.busy}
            onClick={() => void status.run({ id: account.id, status: 'ACTIVE' })}
          >
            Enable
          </Button>
        ) : (
          <Button look="danger" onClick={() => setOpen('disable')}>
            Disable…
          </Button>
        )}
        <Button look="danger" onClick={() => setOpen('switch')}>
          {account.switchState === 'OFF' ? 'Halt or flatten…' : 'Lift the switch…'}
        </Button>
      </div>
      {open === 'edit' ? <EditAccount account={account} onClose={close} /> : null}
      {open === 'freeze' ? (
        <FormDialog
          title={`Freeze ${account.name}`}
          description={`No entries until you unfreeze it, and resting ones are withdrawn. ${openWords(account)}`}
          act="Freeze the account"
          busy={freeze.busy}
          problem={freeze.problem}
          onClose={close}
          onSubmit={(form) => void freeze.run({ id: account.id, reason: textOf(form, 'reason') })}
        >
          <Field
            label="Reason"
            name="reason"
            required
            maxLength={300}
            autoFocus
            hint="It stands beside every entry that is refused."
          />
        </FormDialog>
      ) : null}
      {open === 'disable' ? (
        <FormDialog
          title={`Disable ${account.name}`}
          description={`No entries, and resting ones are withdrawn. ${openWords(account)} ${count(account.subscriptions, 'strategy', 'strategies')} stay followed, and count again once it is enabled.`}
          act="Disable the account"
          danger
          busy={status.busy}
          problem={status.problem}
          onClose={close}
          onSubmit={() => void status.run({ id: account.id, status: 'DISABLED' })}
        />
      ) : null}
      {open === 'switch' ? (
        <SwitchDialog
          title={`Halt or flatten ${account.name}`}
          targets={[
            { value: account.id, name: account.name, at: { scope: 'ACCOUNT', targetId: account.id } },
          ]}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

const openWords = ({ openTrades }: Account): string =>
  openTrades === 0
    ? 'Nothing is open.'
    : `${count(openTrades, 'open trade')} ${openTrades === 1 ? 'goes' : 'go'} on to ${openTrades === 1 ? 'its exit' : 'their exits'}.`;

function EditAccount({ account, onClose }: { account: Account; onClose: () => void }) {
  const trpc = useTRPC();
  const update = useAct(trpc.accounts.update.mutationOptions(), onClose);
  return (
    <FormDialog
      title={`Change ${account.name}`}
      description="It counts from the next alert and the next fill on."
      act="Save the account"
      busy={update.busy}
      problem={update.problem}
      onClose={onClose}
      onSubmit={(form) =>
        void update.run({
          id: account.id,
          name: textOf(form, 'name'),
          capital: textOf(form, 'capital'),
          ...(account.broker === 'PAPER' ? feesOf(form) : {}),
        })
      }
    >
      <Field label="Name" name="name" required maxLength={80} defaultValue={account.name} />
      <CapitalField capital={account.capital} currency={account.currency} />
      {account.broker === 'PAPER' ? <FeeFields fees={account.fees} /> : null}
    </FormDialog>
  );
}
