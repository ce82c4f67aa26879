'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useAct } from './act.ts';
import { useTRPC } from './api.ts';
import { failureWords } from './failure-words.ts';
import type { Inputs } from './outputs.ts';
import type { SwitchState } from './switch-words.ts';

export type SwitchPlace = Inputs['switches']['previewAdmin'];

/** Asks what a switch reaches, a second at a time, and throws it: the own ones, or any as an admin. */
export function useSwitch(at: SwitchPlace | undefined, admin: boolean) {
  const trpc = useTRPC();
  const anyAt = at ?? { scope: 'PLATFORM' as const };
  const ownAt =
    anyAt.scope === 'ACCOUNT'
      ? { scope: 'ACCOUNT' as const, targetId: anyAt.targetId }
      : { scope: 'USER' as const };
  const often = { refetchInterval: 1_000, placeholderData: keepPreviousData };
  const asAdmin = useQuery(
    trpc.switches.previewAdmin.queryOptions(anyAt, { ...often, enabled: admin && at !== undefined }),
  );
  const asSelf = useQuery(
    trpc.switches.preview.queryOptions(ownAt, { ...often, enabled: !admin && at !== undefined }),
  );
  const setAny = useAct(trpc.switches.setAdmin.mutationOptions());
  const setOwn = useAct(trpc.switches.set.mutationOptions());
  const run = (key: string, state: SwitchState, reason: string) => {
    const wanted = state === 'OFF' ? ({ state } as const) : { state, reason };
    return admin ? setAny.run({ key, at: anyAt, wanted }) : setOwn.run({ key, at: ownAt, wanted });
  };
  const { busy, problem } = admin ? setAny : setOwn;
  const asked = admin ? asAdmin : asSelf;
  return {
    reach: asked.data,
    run,
    busy,
    problem:
      problem ??
      (asked.error && failureWords(asked.error, 'What it reaches could not be asked. Trying again.')),
  };
}

export type Throwing = ReturnType<typeof useSwitch>;
