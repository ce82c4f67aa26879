'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useAct } from './act.ts';
import { newActKey } from './act-key.ts';
import { useTRPC } from './api.ts';
import type { Inputs } from './outputs.ts';
import { SwitchEffect } from './switch-effect.tsx';
import { type SwitchState, switchAct } from './switch-words.ts';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Field } from './ui/field.tsx';
import { Problem } from './ui/problem.tsx';
import { Select } from './ui/select.tsx';

type At = Inputs['switches']['previewAdmin'];
export type SwitchTarget = { value: string; name: string; at: At };

interface Props {
  title: string;
  targets: readonly SwitchTarget[];
  /** What an admin reaches, not the own accounts alone. */
  admin?: boolean;
  onClose: () => void;
}

const STATES = [
  { value: 'HALT', name: 'Halt: no entries, exits go on' },
  { value: 'FLATTEN', name: 'Flatten: close everything, then no entries' },
] as const;

/** HALT, FLATTEN or lift: what it will do in numbers, a reason, and two presses. */
export function SwitchDialog({ title, targets, admin = false, onClose }: Props) {
  const [chosen, setChosen] = useState(targets[0]?.value ?? '');
  const [wanted, setWanted] = useState<SwitchState | null>(null);
  const [reason, setReason] = useState('');
  const [sure, setSure] = useState(false);
  // What was done, kept: what stands changes with it, and the words must not.
  const [done, setDone] = useState<SwitchState | null>(null);
  const [key, setKey] = useState(newActKey);
  const at = (targets.find((one) => one.value === chosen) ?? targets[0])?.at;
  const { reach, run, busy, problem } = useSwitch(at, admin);
  const standing = reach !== undefined && reach.state !== 'OFF';
  const state = wanted ?? (standing ? 'OFF' : 'HALT');

  const change = (next: () => void) => {
    next();
    setSure(false);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!sure && state !== 'OFF') return setSure(true);
    if ((await run(key, state, reason)) !== undefined) setDone(state);
    setSure(false);
    setKey(newActKey());
  };
  if (done !== null) {
    return (
      <Dialog
        open
        onOpenChange={onClose}
        title={title}
        description={done === 'OFF' ? 'It is lifted.' : 'It stands.'}
      >
        <div className="mt-4 grid gap-4">
          <SwitchEffect reach={reach} state={done} done />
          <Button className="justify-self-end" look="primary" onClick={onClose}>
            Close
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(stays) => !stays && onClose()}
      title={title}
      description="Halt stops entries and leaves what is open to its stops and targets. Flatten also closes everything at market, as long as it stands."
    >
      <form className="mt-4 grid gap-3" onSubmit={submit}>
        <Select
          label="Where"
          value={chosen}
          choices={targets}
          onChange={(event) => change(() => setChosen(event.target.value))}
        />
        <Select
          label="What"
          value={state}
          choices={[...STATES, ...(standing ? [{ value: 'OFF', name: 'Lift: take entries again' }] : [])]}
          onChange={(event) => change(() => setWanted(event.target.value as SwitchState))}
        />
        {state === 'OFF' ? null : (
          <Field
            label="Reason"
            hint="It stands in the audit log, and beside every entry that is refused."
            required
            maxLength={300}
            value={reason}
            onChange={(event) => change(() => setReason(event.target.value))}
          />
        )}
        <SwitchEffect reach={reach} state={state} />
        <Problem text={problem} />
        <div className="mt-2 flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button
            type="submit"
            look={state === 'OFF' ? 'primary' : 'danger'}
            disabled={busy || !reach || (state !== 'OFF' && reason.trim() === '')}
          >
            {buttonWords(busy, sure || state === 'OFF', state, reach)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function buttonWords(
  busy: boolean,
  sure: boolean,
  state: SwitchState,
  reach: Parameters<typeof switchAct>[1],
) {
  if (busy) return 'Working on it';
  return sure
    ? state === 'OFF'
      ? 'Lift it'
      : `Yes: ${switchAct(state, reach).toLowerCase()}`
    : `${switchAct(state, reach)}…`;
}

/** Asks what a switch reaches, a second at a time, and throws it: the own ones, or any as an admin. */
function useSwitch(at: At | undefined, admin: boolean) {
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
  return { reach: asked.data, run, busy, problem: problem ?? asked.error?.message ?? null };
}
