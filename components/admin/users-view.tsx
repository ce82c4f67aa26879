'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Rows } from '../rows.tsx';
import { Empty, Failed } from '../states.tsx';
import { Search } from '../ui/search.tsx';
import { Invitations } from './invitations.tsx';
import { UserRow } from './user-row.tsx';

export type User = Outputs['users']['list'][number];

export const USER_COLUMNS = 'desk:grid-cols-[minmax(0,1.6fr)_110px_minmax(0,1fr)_80px_80px_120px_176px]';

/** Everybody here: role, status, what is open, when last seen; and who is invited. */
export function UsersView({ first }: { first: User[] }) {
  const trpc = useTRPC();
  const [search, setSearch] = useState('');
  const query = useQuery(
    trpc.users.list.queryOptions(
      { search: search || null },
      {
        ...(search === '' ? { initialData: first } : {}),
        placeholderData: keepPreviousData,
        refetchInterval: 15_000,
      },
    ),
  );
  const users = query.data ?? [];
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="grow font-semibold text-[22px]">Users</h1>
        <Search label="Name or e-mail" className="w-48" maxLength={80} value={search} onChange={setSearch} />
      </div>
      {query.isError ? (
        <Failed
          what="Users could not be asked for again"
          stillTrue="What shows is from before."
          retry={() => void query.refetch()}
        />
      ) : null}
      {users.length === 0 ? (
        <Empty title="Nobody of that name">Take the search away to see everybody.</Empty>
      ) : (
        <Rows
          label="Users"
          columns={USER_COLUMNS}
          names={['Person', 'Role', 'State', 'Accounts', 'Open', 'Last seen', '']}
          right={[3, 4, 5]}
        >
          {users.map((user) => (
            <UserRow key={user.id} user={user} />
          ))}
        </Rows>
      )}
      <Invitations />
    </>
  );
}
