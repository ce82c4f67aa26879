'use client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import { MoreButton } from '../more-button.tsx';
import type { Outputs } from '../outputs.ts';
import { Empty, Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Select } from '../ui/select.tsx';
import { ListShape } from '../ui/shape.tsx';
import { aboutWords, actWords, changeLines } from './audit-words.ts';

type Page = Outputs['audit']['list'];
type Entry = Page['items'][number];

/** Who changed what, newest first, in a chain that shows a missing or changed link. */
export function AuditView({ first }: { first: Page }) {
  const trpc = useTRPC();
  const [actorId, setActorId] = useState('');
  const { data: users } = useQuery(trpc.users.list.queryOptions({ search: null }));
  const query = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(
      { actorId: actorId || null },
      {
        getNextPageParam: (page) => page.nextCursor,
        refetchInterval: 15_000,
        ...(actorId === '' ? { initialData: { pages: [first], pageParams: [null] } } : {}),
      },
    ),
  );
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <h1 className="grow font-semibold text-[22px]">Audit</h1>
        <Select
          className="w-64"
          label="By"
          value={actorId}
          choices={[
            { value: '', name: 'Everybody' },
            ...(users ?? []).map((user) => ({ value: user.id, name: `${user.name} (${user.email})` })),
          ]}
          onChange={(event) => setActorId(event.target.value)}
        />
      </div>
      <p className="text-text-2">
        Nothing here can be changed or taken away: each entry carries the fingerprint of the one before it.{' '}
        <code className="font-mono text-xs">npm run audit:verify</code> checks the chain.
      </p>
      {query.isError ? (
        <Failed
          what="The audit log could not be asked for"
          stillTrue="It is kept all the same."
          retry={() => void query.refetch()}
        />
      ) : null}
      {query.isPending ? <ListShape label="Loading the audit log" /> : null}
      {query.data && items.length === 0 ? (
        <Empty title="Nothing yet">Every act of a person that changes something leaves an entry here.</Empty>
      ) : null}
      {items.length > 0 ? (
        <ul aria-label="Audit log" className="overflow-hidden rounded-lg border border-line bg-surface">
          {items.map((entry) => (
            <EntryRow key={entry.seq} entry={entry} />
          ))}
        </ul>
      ) : null}
      <MoreButton what="older entries" query={query} />
    </>
  );
}

/** So many changes show at once. */
const SHOWN = 3;

function EntryRow({ entry }: { entry: Entry }) {
  const lines = changeLines(entry.detail);
  const about = aboutWords(entry);
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-baseline gap-x-3 gap-y-0.5 border-b border-line px-3.5 py-2.5 last:border-0 desk:grid-cols-[120px_minmax(0,120px)_minmax(0,320px)_minmax(0,1fr)_110px]">
      <span className="font-mono text-text-3 text-xs">
        <Time at={entry.at} />
      </span>
      <span>{entry.actor ?? 'the system'}</span>
      <span className="col-span-full min-w-0 break-words desk:col-span-1">
        <b className="font-medium">{actWords(entry.act)}</b>
        {about ? <span className="text-text-2">: {about}</span> : null}
      </span>
      <span className="col-span-full min-w-0 break-words text-text-2 empty:hidden desk:col-span-1 desk:empty:block">
        {lines.slice(0, SHOWN).join(' · ')}
        {lines.length > SHOWN ? (
          <details>
            <summary className="cursor-pointer text-text-3">{lines.length - SHOWN} more</summary>
            {lines.slice(SHOWN).join(' · ')}
          </details>
        ) : null}
      </span>
      <span
        className="font-mono text-text-3 text-xs max-desk:col-start-3 max-desk:row-start-1 desk:text-right"
        title={entry.hash}
      >
        {entry.seq} · {entry.hash.slice(0, 6)}
      </span>
    </li>
  );
}
