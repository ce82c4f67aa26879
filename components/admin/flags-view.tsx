'use client';
import { useQuery } from '@tanstack/react-query';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Row, Rows } from '../rows.tsx';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';

type Flag = Outputs['flags']['list'][number];

const COLUMNS = 'desk:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_90px_minmax(0,1fr)_110px]';

/** Feature flags: off is full protection. What a flag needs must be on first; the environment has the last word. */
export function FlagsView({ first }: { first: Flag[] }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.flags.list.queryOptions(undefined, { initialData: first, refetchInterval: 15_000 }),
  );
  return (
    <>
      <h1 className="font-semibold text-[22px]">Flags</h1>
      <p className="text-text-2">
        Every flag is named so that off is full protection. A change counts from the next decision on.
      </p>
      {query.isError ? (
        <Failed
          what="Flags could not be asked for again"
          stillTrue="What shows is from before."
          retry={() => void query.refetch()}
        />
      ) : null}
      <Rows
        label="Flags"
        columns={COLUMNS}
        names={['Flag', 'Needs', 'Now', 'Decided by', 'Change']}
        right={[4]}
      >
        {query.data.map((flag) => (
          <FlagRow key={flag.name} flag={flag} />
        ))}
      </Rows>
    </>
  );
}

function FlagRow({ flag }: { flag: Flag }) {
  const trpc = useTRPC();
  const set = useAct(trpc.flags.set.mutationOptions());
  const held = flag.origin === 'environment';
  const missing = flag.enabled ? [] : flag.unmet;
  return (
    <Row columns={COLUMNS}>
      <span className="min-w-0 grow basis-full desk:basis-auto">
        <b className="font-mono font-medium text-xs">{flag.name}</b>
        {flag.about ? <span className="block text-text-2">{flag.about}</span> : null}
      </span>
      <span className={`min-w-0 font-mono text-xs ${flag.needs.length === 0 ? 'max-desk:hidden' : ''}`}>
        {flag.needs.map((need) => (
          <span key={need} className={`block ${flag.unmet.includes(need) ? 'text-warn' : 'text-text-2'}`}>
            {need} {flag.unmet.includes(need) ? '(off)' : '(on)'}
          </span>
        ))}
      </span>
      <span>
        <Badge tone={flag.enabled ? 'warn' : 'plain'}>{flag.enabled ? 'On' : 'Off'}</Badge>
      </span>
      <span className="text-text-2">
        {held ? (
          <>
            the environment
            {flag.wanted === flag.enabled ? '' : `; an admin wants it ${flag.wanted ? 'on' : 'off'}`}
          </>
        ) : (
          <>
            {flag.by ?? 'nobody yet'} {flag.by ? <Time at={flag.updatedAt} /> : null}
          </>
        )}
      </span>
      <span className="desk:text-right">
        <Button
          aria-label={`Switch ${flag.enabled ? 'off' : 'on'}: ${flag.name}`}
          title={held ? 'LOCKSTEP_FLAGS holds it' : undefined}
          disabled={set.busy || held || missing.length > 0}
          onClick={() => void set.run({ name: flag.name, enabled: !flag.enabled })}
        >
          {flag.enabled ? 'Switch off' : 'Switch on'}
        </Button>
        {missing.length > 0 ? (
          <span className="block text-warn text-xs">switch on first: {missing.join(', ')}</span>
        ) : null}
      </span>
      {set.problem ? (
        <span className="col-span-full">
          <Problem text={set.problem} />
        </span>
      ) : null}
    </Row>
  );
}
