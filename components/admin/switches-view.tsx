'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Failed } from '../states.tsx';
import { SwitchDialog, type SwitchTarget } from '../switch-dialog.tsx';
import { STATE_WORD } from '../switch-words.ts';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Item } from '../ui/item.tsx';
import { Select } from '../ui/select.tsx';

type Switch = Outputs['switches']['listAdmin'][number];

const EVERYBODY: SwitchTarget = {
  value: 'PLATFORM',
  name: 'Everybody, every account',
  at: { scope: 'PLATFORM' },
};

function targetOf(one: Switch): SwitchTarget {
  const value = one.accountId ?? one.userId;
  if (one.scope === 'PLATFORM' || !value) return EVERYBODY;
  const scope = one.scope === 'ACCOUNT' ? 'ACCOUNT' : 'USER';
  return { value, name: nameOf(one), at: { scope, targetId: value } };
}

const nameOf = (one: Switch): string => {
  if (one.scope === 'PLATFORM') return 'Everybody';
  return one.account
    ? `${one.account} of ${one.person ?? 'somebody'}`
    : `${one.person ?? 'Somebody'}, all accounts`;
};

/** Every switch that stands, and a way to throw one: on everybody, a person, an account. */
export function SwitchesView({ first }: { first: Switch[] }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.switches.listAdmin.queryOptions(undefined, { initialData: first, refetchInterval: 5_000 }),
  );
  const [targets, setTargets] = useState<SwitchTarget[] | null>(null);
  return (
    <>
      <h1 className="font-semibold text-[22px]">Switches</h1>
      <p className="text-text-2">
        Halt stops entries; stops and targets go on. Flatten also closes what is open, as long as it stands.
        Both stay until they are lifted, and lifting sends nothing.
      </p>
      {query.isError ? (
        <Failed
          what="Switches could not be asked for again"
          stillTrue="They stand or not, all the same."
          retry={() => void query.refetch()}
        />
      ) : null}
      <ul aria-label="Switches" className="overflow-hidden rounded-lg border border-line bg-surface">
        {query.data.map((one) => (
          <Item
            key={`${one.scope} ${one.userId} ${one.accountId}`}
            name={nameOf(one)}
            badge={
              <Badge tone={one.state === 'OFF' ? 'accent' : 'loss'}>
                {STATE_WORD[one.state] ?? one.state}
              </Badge>
            }
            about={one.state === 'OFF' ? null : <WhyAndSince of={one} />}
          >
            <Button
              look="danger"
              aria-label={`${one.state === 'OFF' ? 'Halt or flatten…' : 'Lift or change…'} ${nameOf(one)}`}
              onClick={() => setTargets([targetOf(one)])}
            >
              {one.state === 'OFF' ? 'Halt or flatten…' : 'Lift or change…'}
            </Button>
          </Item>
        ))}
      </ul>
      <OneTarget onTarget={(target) => setTargets([target])} />
      {targets ? (
        <SwitchDialog
          title={`Switch: ${targets[0]?.name ?? ''}`}
          targets={targets}
          admin
          onClose={() => setTargets(null)}
        />
      ) : null}
    </>
  );
}

function WhyAndSince({ of: { reason, by, since } }: { of: Switch }) {
  return (
    <>
      {reason}
      {by ? `, by ${by}` : ''}
      {since ? (
        <>
          , since <Time at={since} />
        </>
      ) : null}
    </>
  );
}

/** Chooses a person, or one of his accounts. */
function OneTarget({ onTarget }: { onTarget: (target: SwitchTarget) => void }) {
  const trpc = useTRPC();
  const { data: users } = useQuery(trpc.users.list.queryOptions({ search: null }));
  const [userId, setUserId] = useState('');
  const [accountId, setAccountId] = useState('');
  const { data: accounts } = useQuery(
    trpc.users.accounts.queryOptions({ userId }, { enabled: userId !== '' }),
  );
  const person = users?.find((user) => user.id === userId);
  const account = accounts?.find((one) => one.id === accountId);
  const choose = () => {
    if (!person) return;
    onTarget(
      account
        ? {
            value: account.id,
            name: `${account.name} of ${person.name}`,
            at: { scope: 'ACCOUNT', targetId: account.id },
          }
        : {
            value: person.id,
            name: `${person.name}, all accounts`,
            at: { scope: 'USER', targetId: person.id },
          },
    );
  };
  return (
    <Card title="One person or account">
      <div className="flex flex-wrap items-end gap-3 p-3.5">
        <Select
          className="w-64"
          label="Person"
          value={userId}
          choices={[
            { value: '', name: 'Choose' },
            ...(users ?? [])
              .filter((user) => user.accounts > 0)
              .map((user) => ({ value: user.id, name: `${user.name} (${user.email})` })),
          ]}
          onChange={(event) => {
            setUserId(event.target.value);
            setAccountId('');
          }}
        />
        <Select
          className="w-56"
          label="Account"
          disabled={!person}
          value={accountId}
          choices={[
            { value: '', name: 'All of them' },
            ...(accounts ?? []).map((one) => ({ value: one.id, name: one.name })),
          ]}
          onChange={(event) => setAccountId(event.target.value)}
        />
        <Button look="danger" disabled={!person} onClick={choose}>
          Halt or flatten…
        </Button>
      </div>
    </Card>
  );
}
