'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { RulesEditor } from '../exit-rules/rules-editor.tsx';
import type { Outputs } from '../outputs.ts';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Card } from '../ui/card.tsx';
import { Tabs } from '../ui/tabs.tsx';

type Defaults = Outputs['exitRules']['defaults'];

const NAMES: Record<string, string> = { CRYPTO: 'Crypto', EQUITY: 'Equities', OPTION: 'Options' };

/** The exit rules under everything else, per asset class. */
export function ExitDefaults({ first }: { first: Defaults }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.exitRules.defaults.queryOptions(undefined, { initialData: first }));
  const set = useAct(trpc.exitRules.setDefaults.mutationOptions());
  const [chosen, setChosen] = useState(first[0]?.assetClass ?? 'CRYPTO');
  const shown = query.data.find((one) => one.assetClass === chosen);
  return (
    <>
      <h1 className="font-semibold text-[22px]">Exit rules</h1>
      <p className="text-text-2">
        Under every strategy’s own. Open trades that set nothing of their own follow a change at once.
        Percentages are against the entry, before fees.
      </p>
      {query.isError ? (
        <Failed
          what="The rules could not be asked for again"
          stillTrue="What shows is from before."
          retry={() => void query.refetch()}
        />
      ) : null}
      <div className="flex">
        <Tabs
          name="Asset class"
          choices={query.data.map(({ assetClass }) => ({
            value: assetClass,
            name: NAMES[assetClass] ?? assetClass,
          }))}
          chosen={chosen}
          onChoose={setChosen}
        />
      </div>
      {shown ? (
        <Card
          title={NAMES[shown.assetClass] ?? shown.assetClass}
          aside={
            shown.by ? (
              <>
                {shown.by} <Time at={shown.updatedAt} />
              </>
            ) : (
              'as delivered'
            )
          }
        >
          <RulesEditor
            key={chosen}
            own={shown.rules}
            holdings={[]}
            complete
            busy={set.busy}
            problem={set.problem}
            onSave={async (rules) =>
              (await set.run({ assetClass: shown.assetClass as 'CRYPTO' | 'EQUITY' | 'OPTION', rules })) !==
              undefined
            }
          />
        </Card>
      ) : null}
    </>
  );
}
