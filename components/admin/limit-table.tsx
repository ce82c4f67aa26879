'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { LimitForm } from '../limit-form.tsx';
import { LimitRow } from '../limit-row.tsx';
import type { Inputs, Outputs } from '../outputs.ts';
import { Named, Rows } from '../rows.tsx';
import { Empty } from '../states.tsx';
import { Time } from '../time.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';

type Limits = Outputs['limits']['listAdmin'];
type Limit = Limits['limits'][number];
type Place = Inputs['limits']['setAdmin']['place'];
type Accounts = Outputs['users']['accounts'];

const COLUMNS = 'desk:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)_140px_minmax(0,1fr)_minmax(0,1fr)_110px]';

interface Person {
  id: string;
  name: string;
}

interface Props {
  data: Limits;
  /** Null: everybody's. */
  person: Person | null;
}

/** The limits of one place, each of which an admin can change. */
export function LimitTable({ data, person }: Props) {
  const trpc = useTRPC();
  const [open, setOpen] = useState<{ start: Limit | null; place: Place } | null>(null);
  const set = useAct(trpc.limits.setAdmin.mutationOptions(), () => setOpen(null));
  const { data: accounts = [] } = useQuery(
    trpc.users.accounts.queryOptions({ userId: person?.id ?? '' }, { enabled: person !== null }),
  );
  const account = accounts.find((one) => one.id === open?.place.placeId);
  return (
    <section className="grid gap-2" aria-label="Limits that are set">
      <NewLimit person={person} accounts={accounts} onPlace={(place) => setOpen({ start: null, place })} />
      {data.limits.length === 0 ? (
        <Empty title={person ? `Nothing is set on ${person.name} alone` : 'No limit is set'}>
          {person
            ? 'Everybody’s limits hold for this person as well.'
            : 'Set one; it holds from the next alert on.'}
        </Empty>
      ) : (
        <LimitList
          data={data}
          person={person}
          onChange={(limit, place) => setOpen({ start: limit, place })}
        />
      )}
      {open ? (
        <LimitForm
          title={`${open.start ? 'Change a limit' : 'Set a limit'} ${whereWords(open.place, person, account?.name)}`}
          description="It holds from the next alert on. Nobody below can loosen it."
          register={data.register}
          currency={account?.currency ?? null}
          start={open.start}
          doing={set}
          onSet={(limit) => void set.run({ place: open.place, limit })}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </section>
  );
}

function whereWords(place: Place, person: Person | null, account: string | undefined): string {
  if (place.layer === 'GLOBAL') return 'for everybody';
  if (place.layer === 'USER') return `on ${person?.name ?? 'the user'}`;
  return `on ${account ?? 'the account'}`;
}

interface NewProps {
  person: Person | null;
  accounts: Accounts;
  onPlace: (place: Place) => void;
}

/** Where a new one is set: on everybody, or on a person or one of his accounts. */
function NewLimit({ person, accounts, onPlace }: NewProps) {
  const [accountId, setAccountId] = useState('');
  const place = (): Place => {
    if (!person) return { layer: 'GLOBAL', placeId: null };
    return accountId ? { layer: 'ACCOUNT', placeId: accountId } : { layer: 'USER', placeId: person.id };
  };
  return (
    <div className="flex flex-wrap items-end justify-end gap-3">
      {person ? (
        <Select
          className="w-56"
          label="A new one on"
          value={accountId}
          choices={[
            { value: '', name: `all of ${person.name}’s accounts` },
            ...accounts.map((one) => ({ value: one.id, name: one.name })),
          ]}
          onChange={(event) => setAccountId(event.target.value)}
        />
      ) : null}
      <Button look="primary" onClick={() => onPlace(place())}>
        Set a limit…
      </Button>
    </div>
  );
}

/** Where a limit can be changed from here; a subscription's is its owner's. */
function placeOf(limit: Limit, person: Person | null): Place | null {
  if (limit.layer === 'GLOBAL') return { layer: 'GLOBAL', placeId: null };
  if (limit.layer === 'USER' && person) return { layer: 'USER', placeId: person.id };
  if (limit.layer === 'ACCOUNT' && limit.accountId) return { layer: 'ACCOUNT', placeId: limit.accountId };
  return null;
}

const ON: Record<string, string> = {
  GLOBAL: 'everybody',
  USER: 'the person',
  SUBSCRIPTION: 'a subscription',
};

const keyOf = (limit: Limit): string =>
  [
    limit.layer,
    limit.accountId,
    limit.subscriptionId,
    limit.code,
    limit.scope,
    limit.assetClass,
    limit.currency,
  ].join();

function LimitList(props: Props & { onChange: (limit: Limit, place: Place) => void }) {
  const { data, person, onChange } = props;
  return (
    <Rows
      label="Limits"
      columns={COLUMNS}
      names={['Limit', 'Counted', 'Value', 'On', 'Set by', 'Change']}
      right={[2, 5]}
    >
      {data.limits.map((limit) => {
        const place = placeOf(limit, person);
        return (
          <LimitRow
            key={keyOf(limit)}
            columns={COLUMNS}
            limit={limit}
            register={data.register}
            onChange={place ? () => onChange(limit, place) : undefined}
          >
            <Named name="On" className="text-text-2">
              {limit.account ?? ON[limit.layer]}
            </Named>
            <Named name="Set by" className="text-text-2">
              {limit.by ?? 'default'} {limit.by ? <Time at={limit.updatedAt} /> : null}
            </Named>
          </LimitRow>
        );
      })}
    </Rows>
  );
}
