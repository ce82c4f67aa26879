'use client';
import { useQuery } from '@tanstack/react-query';
import type { PublicPlace } from '../../app/public-url.ts';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { PlaceLink } from '../place-link.tsx';
import { SubLink } from '../sub-nav.tsx';
import { Badge } from '../ui/badge.tsx';
import { ExitRulesAt } from './exit-rules-at.tsx';
import { Followers } from './followers.tsx';
import { PART_NAMES, STRATEGY_PARTS, type StrategyPart } from './parts.ts';
import { SourceEvents } from './source-events.tsx';
import { StrategySettings } from './strategy-settings.tsx';
import { Webhooks } from './webhooks.tsx';
import { STATUS, sidesWord } from './words.ts';

export type Strategy = Outputs['strategies']['get'];

interface Props {
  first: Strategy;
  part: StrategyPart;
  place: PublicPlace;
}

/** One strategy: its address and alerts, who follows it, when its trades get out, what arrived. */
export function StrategyView({ first, part, place }: Props) {
  const trpc = useTRPC();
  const { data: strategy } = useQuery(
    trpc.strategies.get.queryOptions({ id: first.id }, { initialData: first }),
  );
  const status = STATUS[strategy.status];
  return (
    <>
      <div>
        <PlaceLink href="/strategies" className="text-text-2 hover:underline">
          Strategies
        </PlaceLink>
        <h1 className="flex flex-wrap items-center gap-2 font-semibold text-[22px]">
          {strategy.name}
          {strategy.status === 'ACTIVE' ? null : (
            <Badge tone={status?.tone}>{status?.word ?? strategy.status}</Badge>
          )}
          {strategy.visibility === 'SHARED' ? <Badge>Shared</Badge> : null}
        </h1>
        <p className="text-text-2">
          {sidesWord(strategy.sides)}
          {strategy.allowedSymbols ? ` · ${strategy.allowedSymbols.join(', ')}` : ' · any symbol'}
          {strategy.owned ? '' : ` · by ${strategy.owner}`}
        </p>
      </div>
      {strategy.owned ? (
        <>
          <PartLinks id={strategy.id} part={part} />
          {part === 'webhook' ? <Webhooks strategy={strategy} place={place} /> : null}
          {part === 'accounts' ? <Followers strategyId={strategy.id} /> : null}
          {part === 'exits' ? <ExitRulesAt layer="STRATEGY" id={strategy.id} /> : null}
          {part === 'events' ? <SourceEvents strategyId={strategy.id} /> : null}
          {part === 'settings' ? <StrategySettings strategy={strategy} /> : null}
        </>
      ) : (
        <Followers strategyId={strategy.id} />
      )}
    </>
  );
}

function PartLinks({ id, part }: { id: string; part: StrategyPart }) {
  return (
    <nav aria-label="Parts of the strategy" className="border-b border-line">
      <ul className="-mx-1.5 flex flex-wrap desk:mx-0 desk:gap-1">
        {STRATEGY_PARTS.map((one) => (
          <li key={one}>
            <SubLink
              href={one === 'webhook' ? `/strategies/${id}` : `/strategies/${id}?show=${one}`}
              name={PART_NAMES[one]}
              here={one === part}
            />
          </li>
        ))}
      </ul>
    </nav>
  );
}
