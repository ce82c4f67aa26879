'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Failed } from '../states.tsx';
import { Select } from '../ui/select.tsx';
import { ListShape } from '../ui/shape.tsx';
import { LimitTable } from './limit-table.tsx';

type Limits = Outputs['limits']['listAdmin'];

/** Limits of the platform, or on one person and his accounts. */
export function LimitsView({ first }: { first: Limits }) {
  const trpc = useTRPC();
  const [userId, setUserId] = useState('');
  const { data: users } = useQuery(trpc.users.list.queryOptions({ search: null }));
  const query = useQuery(
    trpc.limits.listAdmin.queryOptions(
      { userId: userId || null },
      userId === '' ? { initialData: first } : {},
    ),
  );
  const person = (users ?? []).find((user) => user.id === userId);
  return (
    <>
      <h1 className="font-semibold text-[22px]">Limits</h1>
      <Select
        className="max-w-sm"
        label="Whose"
        value={userId}
        choices={[
          { value: '', name: 'Everybody’s' },
          ...(users ?? [])
            .filter((user) => user.role !== 'researcher')
            .map((user) => ({ value: user.id, name: `${user.name} (${user.email})` })),
        ]}
        onChange={(event) => setUserId(event.target.value)}
        hint={
          userId === ''
            ? 'They hold on every account of everybody; nobody loosens them.'
            : 'What you set here is not the person’s to change. What he set himself shows as well.'
        }
      />
      {query.isError && !query.data ? (
        <Failed
          what="Limits could not be loaded"
          stillTrue="They hold all the same."
          retry={() => void query.refetch()}
        />
      ) : query.data ? (
        <LimitTable
          key={userId}
          data={query.data}
          person={person ? { id: person.id, name: person.name } : null}
        />
      ) : (
        <ListShape label="Loading limits" />
      )}
    </>
  );
}
