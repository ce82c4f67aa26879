'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { PlaceLink } from '../place-link.tsx';
import { Button } from '../ui/button.tsx';
import { textOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Select } from '../ui/select.tsx';
import { type Subscription, SubscriptionFields, subscriptionOf } from './subscription-fields.tsx';

/** Lets an own account follow the strategy. */
export function FollowButton({
  strategyId,
  following,
}: {
  strategyId: string;
  following: readonly string[];
}) {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const { data: accounts } = useQuery(trpc.accounts.list.queryOptions());
  const follow = useAct(trpc.subscriptions.create.mutationOptions(), () => setOpen(false));
  const free = (accounts ?? []).filter((one) => one.role === 'EXEC' && !following.includes(one.id));
  if (accounts && free.length === 0) {
    return accounts.length === 0 ? (
      <PlaceLink href="/brokers" className="text-accent hover:underline">
        Create a paper account first
      </PlaceLink>
    ) : null;
  }
  return (
    <>
      <Button look="primary" disabled={!accounts} onClick={() => setOpen(true)}>
        Follow with an account
      </Button>
      {open ? (
        <FormDialog
          title="Follow with an account"
          description="From the next alert on, the account trades what this strategy says, within its limits."
          act="Follow the strategy"
          doing={follow}
          onClose={() => setOpen(false)}
          onSubmit={(form) =>
            void follow.run({ strategyId, accountId: textOf(form, 'account'), ...subscriptionOf(form) })
          }
        >
          <Select
            label="Account"
            name="account"
            choices={free.map((one) => ({ value: one.id, name: `${one.name} (${one.currency})` }))}
          />
          <SubscriptionFields />
        </FormDialog>
      ) : null}
    </>
  );
}

/** Changes how an account follows. */
export function EditSubscription({ of, onClose }: { of: Subscription; onClose: () => void }) {
  const trpc = useTRPC();
  const update = useAct(trpc.subscriptions.update.mutationOptions(), onClose);
  return (
    <FormDialog
      title={`${of.account} follows ${of.strategy}`}
      description="It counts from the next alert on; open trades keep their size."
      act="Save"
      doing={update}
      onClose={onClose}
      onSubmit={(form) => void update.run({ id: of.id, ...subscriptionOf(form) })}
    >
      <SubscriptionFields of={of} />
    </FormDialog>
  );
}
