'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { PlaceLink } from '../place-link.tsx';
import { SignalPaths } from '../signal-paths.tsx';
import { Bar } from '../ui/shape.tsx';

type Answer = Outputs['testAlerts']['send'];

const SAID: Record<Answer['outcome'], string> = {
  ACCEPTED: 'Accepted: it is a signal now.',
  DUPLICATE: 'A duplicate of an alert that came before: nothing was done twice.',
  REARM: 'Too soon after the last entry: the strategy’s pause between entries holds it back.',
  REFUSED: 'Refused.',
  TEST: 'It would be accepted. Nothing was stored.',
};

/** The verdict, and what each account makes of it. */
export function TestResult({ answer }: { answer: Answer }) {
  return (
    <div className="grid gap-3 border-t border-line p-3.5" role="status" aria-label="What became of it">
      <p className={answer.outcome === 'REFUSED' ? 'text-loss' : undefined}>
        {answer.outcome === 'REFUSED' || (answer.outcome === 'TEST' && answer.http >= 300)
          ? `Refused: ${answer.message ?? answer.code ?? 'for no reason given'}`
          : SAID[answer.outcome]}{' '}
        {answer.signalId ? (
          <PlaceLink href={`/signals/${answer.signalId}`} className="text-accent hover:underline">
            The signal
          </PlaceLink>
        ) : null}
      </p>
      {answer.signalId ? <OnAccounts signalId={answer.signalId} /> : null}
    </div>
  );
}

/** Live: each account's answer as it comes in. */
export function OnAccounts({ signalId }: { signalId: string }) {
  const trpc = useTRPC();
  const { data: signal } = useQuery(
    trpc.signals.get.queryOptions({ id: signalId }, { refetchInterval: 1_000 }),
  );
  if (!signal) return <Bar className="h-10" />;
  if (signal.paths.length > 0) return <SignalPaths signal={signal} />;
  return (
    <p className="text-text-2">
      {signal.action === 'EXIT'
        ? signal.outcome
        : signal.deliveredMs === null
          ? 'On its way to the accounts.'
          : 'No account that takes entries follows this strategy.'}
    </p>
  );
}
