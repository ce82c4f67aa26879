'use client';
import { useQuery } from '@tanstack/react-query';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { RulesEditor } from '../exit-rules/rules-editor.tsx';
import { Failed } from '../states.tsx';
import { Card } from '../ui/card.tsx';
import { ListShape } from '../ui/shape.tsx';

interface Props {
  layer: 'STRATEGY' | 'SUBSCRIPTION' | 'TRADE';
  id: string;
}

const ABOUT: Record<Props['layer'], string> = {
  STRATEGY: 'What you leave empty is as the defaults have it. Accounts may set their own on top.',
  SUBSCRIPTION:
    'Only for this account’s trades of this strategy. What you leave empty is as the strategy has it.',
  TRADE: 'Only for this trade.',
};

/** When trades of one strategy, account or trade get out: what holds, who set it, what is set here. */
export function ExitRulesAt({ layer, id }: Props) {
  const trpc = useTRPC();
  const query = useQuery(trpc.exitRules.get.queryOptions({ layer, id }));
  const set = useAct(trpc.exitRules.set.mutationOptions());
  if (query.isError && !query.data) {
    return (
      <Failed
        what="The exit rules could not be loaded"
        stillTrue="Open trades are watched by them all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  const [first] = query.data ?? [];
  if (!first || !query.data) return <ListShape label="Loading exit rules" />;
  return (
    <Card title="Exit rules">
      <p className="border-b border-line px-3.5 py-2.5 text-text-2">{ABOUT[layer]}</p>
      <RulesEditor
        key={id}
        own={first.own}
        holdings={query.data}
        busy={set.busy}
        problem={set.problem}
        onSave={async (rules) => (await set.run({ layer, id, rules })) !== undefined}
      />
    </Card>
  );
}
