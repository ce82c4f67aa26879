'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { LimitForm, type LimitStart } from '../limit-form.tsx';
import { LimitRow } from '../limit-row.tsx';
import { limitName } from '../limit-words.ts';
import type { Outputs } from '../outputs.ts';
import { Named, Rows } from '../rows.tsx';
import { Failed } from '../states.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { ListShape } from '../ui/shape.tsx';
import type { Account } from './words.ts';

const COLUMNS = 'desk:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)_140px_minmax(0,1fr)_110px]';

/** Every limit on this account: its value, who set it, and which of two holds. Own ones can be changed. */
export function AccountLimits({ account }: { account: Account }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.limits.list.queryOptions({ accountId: account.id }));
  const [open, setOpen] = useState<{ start: LimitStart | null } | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const set = useAct(trpc.limits.set.mutationOptions(), ({ holds }) => {
    setOpen(null);
    setSaid(
      holds === false
        ? 'Stored. A stricter limit of another layer holds in its place.'
        : 'It counts from the next alert on.',
    );
  });
  if (query.isError && !query.data) {
    return (
      <Failed
        what="The limits could not be loaded"
        stillTrue="They hold all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  if (!query.data) return <ListShape rows={4} label="Loading limits" />;
  return (
    <section className="grid gap-2" aria-label="Limits">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="grow font-semibold">Limits</h2>
        <span role="status" className="text-text-2">
          {said}
        </span>
        <Button onClick={() => setOpen({ start: null })}>Set a limit…</Button>
      </div>
      <LimitList data={query.data} onChange={(start) => setOpen({ start })} />
      {open ? (
        <LimitForm
          title={`${open.start ? 'Change a limit' : 'Set a limit'} on ${account.name}`}
          description="Nobody loosens a layer above: of two values the stricter one holds."
          register={query.data.register}
          currency={account.currency}
          start={open.start}
          doing={set}
          onSet={(limit) => void set.run({ layer: 'ACCOUNT', placeId: account.id, ...limit })}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </section>
  );
}

interface ListProps {
  data: Outputs['limits']['list'];
  onChange: (start: LimitStart) => void;
}

/** Of one kind the value that holds comes first. */
function LimitList({ data, onChange }: ListProps) {
  const sorted = data.limits.toSorted(
    (a, b) => limitName(a.code).localeCompare(limitName(b.code)) || Number(b.holds) - Number(a.holds),
  );
  return (
    <Rows
      label="Limits"
      columns={COLUMNS}
      names={['Limit', 'Counted', 'Value', 'Set by', 'Change']}
      right={[2, 4]}
    >
      {sorted.map((limit) => (
        <LimitRow
          key={[limit.layer, limit.code, limit.scope, limit.assetClass, limit.currency].join()}
          columns={COLUMNS}
          limit={limit}
          register={data.register}
          beaten={!limit.holds}
          onChange={limit.layer === 'ACCOUNT' && !limit.byAdmin ? () => onChange(limit) : undefined}
        >
          <Named name="Set by">
            {limit.who}{' '}
            {limit.holds ? <Badge tone="accent">holds</Badge> : <Badge>a stricter one holds</Badge>}
          </Named>
        </LimitRow>
      ))}
    </Rows>
  );
}
