'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { LimitForm, type LimitStart } from '../limit-form.tsx';
import { classWord, limitName, limitValue, scopeWord } from '../limit-words.ts';
import type { Outputs } from '../outputs.ts';
import { Named, Row, Rows } from '../rows.tsx';
import { Failed } from '../states.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { ListShape } from '../ui/shape.tsx';
import type { Account } from './words.ts';

type Limits = Outputs['limits']['list'];
type Limit = Limits['limits'][number];

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
  const { register, limits } = query.data;
  const unitOf = (code: string) => register.find((one) => one.code === code)?.unit ?? '';
  const sorted = limits.toSorted(
    (a, b) => limitName(a.code).localeCompare(limitName(b.code)) || Number(b.holds) - Number(a.holds),
  );
  return (
    <section className="grid gap-2" aria-label="Limits">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="grow font-semibold">Limits</h2>
        <span role="status" className="text-text-2">
          {said}
        </span>
        <Button onClick={() => setOpen({ start: null })}>Set a limit…</Button>
      </div>
      <Rows
        label="Limits"
        columns={COLUMNS}
        names={['Limit', 'Counted', 'Value', 'Set by', 'Change']}
        right={[2, 4]}
      >
        {sorted.map((limit) => (
          <LimitRow
            key={[limit.layer, limit.code, limit.scope, limit.assetClass, limit.currency].join()}
            limit={limit}
            unit={unitOf(limit.code)}
            onChange={() => setOpen({ start: limit })}
          />
        ))}
      </Rows>
      {open ? (
        <LimitForm
          title={`${open.start ? 'Change a limit' : 'Set a limit'} on ${account.name}`}
          description="Nobody loosens a layer above: of two values the stricter one holds."
          register={register}
          currency={account.currency}
          start={open.start}
          busy={set.busy}
          problem={set.problem}
          onSet={(limit) => void set.run({ layer: 'ACCOUNT', placeId: account.id, ...limit })}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </section>
  );
}

function LimitRow({ limit, unit, onChange }: { limit: Limit; unit: string; onChange: () => void }) {
  const mine = limit.layer === 'ACCOUNT' && !limit.byAdmin;
  return (
    <Row columns={COLUMNS}>
      <span className="grow basis-full font-medium desk:basis-auto">
        {limitName(limit.code)}
        {limit.assetClass ? (
          <span className="font-normal text-text-2"> · {classWord(limit.assetClass)}</span>
        ) : null}
      </span>
      <span className="text-text-2">{scopeWord(limit.scope)}</span>
      <span className={`desk:text-right ${limit.holds ? '' : 'text-text-3'}`}>
        {limitValue(limit.value, unit, limit.currency)}
      </span>
      <Named name="Set by">
        {limit.who} {limit.holds ? <Badge tone="accent">holds</Badge> : <Badge>a stricter one holds</Badge>}
      </Named>
      <span className="desk:text-right">
        {mine ? (
          <Button
            className="h-7! px-2! text-xs"
            aria-label={`Change ${limitName(limit.code)}`}
            onClick={onChange}
          >
            Change…
          </Button>
        ) : null}
      </span>
    </Row>
  );
}
