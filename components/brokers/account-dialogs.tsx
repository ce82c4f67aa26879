'use client';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { ReasonField } from '../reason-field.tsx';
import { openWords } from '../switch-words.ts';
import { Field } from '../ui/field.tsx';
import { textOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CapitalField, FeeFields, feesOf } from './account-fields.tsx';
import type { Account } from './words.ts';

interface Props {
  account: Account;
  onClose: () => void;
}

/** No entries for a while, and why. */
export function FreezeAccount({ account, onClose }: Props) {
  const trpc = useTRPC();
  const freeze = useAct(trpc.accounts.freeze.mutationOptions(), onClose);
  return (
    <FormDialog
      title={`Freeze ${account.name}`}
      description={`No entries until you unfreeze it, and resting ones are withdrawn. ${openWords(account.openTrades)}`}
      act="Freeze the account"
      doing={freeze}
      onClose={onClose}
      onSubmit={(form) => void freeze.run({ id: account.id, reason: textOf(form, 'reason') })}
    >
      <ReasonField autoFocus hint="It stands beside every entry that is refused." />
    </FormDialog>
  );
}

/** Puts it away until it is enabled again. */
export function DisableAccount({ account, onClose }: Props) {
  const trpc = useTRPC();
  const disable = useAct(trpc.accounts.setStatus.mutationOptions(), onClose);
  const follows = count(account.subscriptions, 'strategy stays', 'strategies stay');
  return (
    <FormDialog
      title={`Disable ${account.name}`}
      description={`No entries, and resting ones are withdrawn. ${openWords(account.openTrades)} ${follows} followed, to count again once it is enabled.`}
      act="Disable the account"
      danger
      doing={disable}
      onClose={onClose}
      onSubmit={() => void disable.run({ id: account.id, status: 'DISABLED' })}
    />
  );
}

/** Its name, its capital and, on paper, what trading costs. */
export function EditAccount({ account, onClose }: Props) {
  const trpc = useTRPC();
  const update = useAct(trpc.accounts.update.mutationOptions(), onClose);
  const isPaper = account.broker === 'PAPER';
  return (
    <FormDialog
      title={`Change ${account.name}`}
      description="It counts from the next alert and the next fill on."
      act="Save the account"
      doing={update}
      onClose={onClose}
      onSubmit={(form) =>
        void update.run({
          id: account.id,
          name: textOf(form, 'name'),
          capital: textOf(form, 'capital'),
          ...(isPaper ? feesOf(form) : {}),
        })
      }
    >
      <Field label="Name" name="name" required maxLength={80} defaultValue={account.name} />
      <CapitalField of={account} />
      {isPaper ? <FeeFields of={account} /> : null}
    </FormDialog>
  );
}
