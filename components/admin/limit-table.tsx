'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { LimitForm, type LimitInput } from '../limit-form.tsx';
import { classWord, limitName, limitValue, scopeWord } from '../limit-words.ts';
import type { Inputs, Outputs } from '../outputs.ts';
import { Named, Row, Rows } from '../rows.tsx';
import { Empty } from '../states.tsx';
import { Time } from '../time.tsx';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';

type Limits = Outputs['limits']['listAdmin'];
type Limit = Limits['limits'][number];
type Place = Inputs['limits']['setAdmin']['place'];

const COLUMNS = 'desk:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)_140px_minmax(0,1fr)_minmax(0,1fr)_110px]';

interface Props {
  data: Limits;
  /** Null: everybody's. */
  person: { id: string; name: string } | null;
}

const placeOf = (limit: Limit, person: Props['person']): Place | null => {
  if (limit.layer === 'GLOBAL') return { layer: 'GLOBAL', placeId: null };
  if (limit.layer === 'USER' && person) return { layer: 'USER', placeId: person.id };
  if (limit.layer === 'ACCOUNT' && limit.accountId) return { layer: 'ACCOUNT', placeId: limit.accountId };
  return null;
};

/** The limits of one place, each of which an admin can change. */
export function LimitTable({ data, person }: Props) {
  const trpc = useTRPC();
  const [open, setOpen] = useState<{ start: Limit | null; place: Place } | null>(null);
  const [newPlace, setNewPlace] = useState('');
  const set = useAct(trpc.limits.setAdmin.mutationOptions(), () => setOpen(null));
  const { data: accounts } = useQuery(
    trpc.users.accounts.queryOptions({ userId: person?.id ?? '' }, { enabled: person !== null }),
  );
  const unitOf = (code: string) => data.register.find((one) => one.code === code)?.unit ?? '';
  const chosen: Place = !person
    ? { layer: 'GLOBAL', placeId: null }
    : newPlace
      ? { layer: 'ACCOUNT', placeId: newPlace }
      : { layer: 'USER', placeId: person.id };
  const account = (accounts ?? []).find((one) => one.id === (open?.place.placeId ?? newPlace));
  return (
    <section className="grid gap-2" aria-label="Limits that are set">
      <div className="flex flex-wrap items-end justify-end gap-3">
        {person ? (
          <Select
            className="w-56"
            label="A new one on"
            value={newPlace}
            choices={[
              { value: '', name: `all of ${person.name}’s accounts` },
              ...(accounts ?? []).map((one) => ({ value: one.id, name: one.name })),
            ]}
            onChange={(event) => setNewPlace(event.target.value)}
          />
        ) : null}
        <Button look="primary" onClick={() => setOpen({ start: null, place: chosen })}>
          Set a limit…
        </Button>
      </div>
      {data.limits.length === 0 ? (
        <Empty title={person ? `Nothing is set on ${person.name} alone` : 'No limit is set'}>
          {person
            ? 'Everybody’s limits hold for this person as well.'
            : 'Set one; it holds from the next alert on.'}
        </Empty>
      ) : (
        <Rows
          label="Limits"
          columns={COLUMNS}
          names={['Limit', 'Counted', 'Value', 'On', 'Set by', 'Change']}
          right={[2, 5]}
        >
          {data.limits.map((limit) => (
            <LimitRow
              key={[
                limit.layer,
                limit.accountId,
                limit.subscriptionId,
                limit.code,
                limit.scope,
                limit.assetClass,
                limit.currency,
              ].join()}
              limit={limit}
              unit={unitOf(limit.code)}
              person={person}
              onChange={(place) => setOpen({ start: limit, place })}
            />
          ))}
        </Rows>
      )}
      {open ? (
        <LimitForm
          title={`${open.start ? 'Change a limit' : 'Set a limit'} ${whereWords(open.place, person, account?.name)}`}
          description="It holds from the next alert on. Nobody below can loosen it."
          register={data.register}
          currency={account?.currency ?? null}
          start={open.start}
          busy={set.busy}
          problem={set.problem}
          onSet={(limit: LimitInput) => void set.run({ place: open.place, limit })}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </section>
  );
}

function whereWords(place: Place, person: Props['person'], account: string | undefined): string {
  if (place.layer === 'GLOBAL') return 'for everybody';
  if (place.layer === 'USER') return `on ${person?.name ?? 'the user'}`;
  return `on ${account ?? 'the account'}`;
}

interface RowProps {
  limit: Limit;
  unit: string;
  person: Props['person'];
  onChange: (place: Place) => void;
}

function LimitRow({ limit, unit, person, onChange }: RowProps) {
  const place = placeOf(limit, person);
  const where = { GLOBAL: 'everybody', USER: 'the person', SUBSCRIPTION: 'a subscription' }[limit.layer];
  return (
    <Row columns={COLUMNS}>
      <span className="grow basis-full font-medium desk:basis-auto">
        {limitName(limit.code)}
        {limit.assetClass ? (
          <span className="font-normal text-text-2"> · {classWord(limit.assetClass)}</span>
        ) : null}
      </span>
      <span className="text-text-2">{scopeWord(limit.scope)}</span>
      <span className="desk:text-right">{limitValue(limit.value, unit, limit.currency)}</span>
      <Named name="On" className="text-text-2">
        {limit.account ?? where}
      </Named>
      <Named name="Set by" className="text-text-2">
        {limit.by ?? 'default'} {limit.by ? <Time at={limit.updatedAt} /> : null}
      </Named>
      <span className="desk:text-right">
        {place ? (
          <Button
            className="h-7! px-2! text-xs"
            aria-label={`Change ${limitName(limit.code)}${limit.currency ? ` in ${limit.currency}` : ''}`}
            onClick={() => onChange(place)}
          >
            Change…
          </Button>
        ) : null}
      </span>
    </Row>
  );
}
