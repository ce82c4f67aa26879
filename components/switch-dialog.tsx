'use client';
import { useState } from 'react';
import { newActKey } from './act-key.ts';
import { ReasonField } from './reason-field.tsx';
import { SwitchEffect } from './switch-effect.tsx';
import { type Reach, type SwitchState, switchAct } from './switch-words.ts';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Form } from './ui/form.tsx';
import { Problem } from './ui/problem.tsx';
import { Select } from './ui/select.tsx';
import { type SwitchPlace, type Throwing, useSwitch } from './use-switch.ts';

export type SwitchTarget = { value: string; name: string; at: SwitchPlace };

interface Props {
  title: string;
  targets: readonly SwitchTarget[];
  /** What an admin reaches, not the own accounts alone. */
  admin?: boolean;
  onClose: () => void;
}

const ABOUT =
  'Halt stops entries and leaves what is open to its stops and targets. Flatten also closes everything at market, as long as it stands.';

const STATES = [
  { value: 'HALT', name: 'Halt: no entries, exits go on' },
  { value: 'FLATTEN', name: 'Flatten: close everything, then no entries' },
] as const;
const LIFT = { value: 'OFF', name: 'Lift: take entries again' } as const;

/** HALT, FLATTEN or lift: what it will do in numbers, a reason, and two presses. */
export function SwitchDialog({ title, targets, admin = false, onClose }: Props) {
  const [chosen, setChosen] = useState(targets[0]?.value ?? '');
  // What was done, kept: what stands changes with it, and the words must not.
  const [done, setDone] = useState<SwitchState | null>(null);
  const throwing = useSwitch((targets.find((one) => one.value === chosen) ?? targets[0])?.at, admin);
  const said = done === null ? ABOUT : done === 'OFF' ? 'It is lifted.' : 'It stands.';
  return (
    <Dialog open onOpenChange={(stays) => !stays && onClose()} title={title} description={said}>
      {done === null ? (
        <SwitchForm
          targets={targets}
          chosen={chosen}
          onChoose={setChosen}
          throwing={throwing}
          onDone={setDone}
          onClose={onClose}
        />
      ) : (
        <div className="mt-4 grid gap-4">
          <SwitchEffect reach={throwing.reach} state={done} done />
          <Button className="justify-self-end" look="primary" onClick={onClose}>
            Close
          </Button>
        </div>
      )}
    </Dialog>
  );
}

interface FormProps {
  targets: readonly SwitchTarget[];
  chosen: string;
  onChoose: (value: string) => void;
  throwing: Throwing;
  onDone: (state: SwitchState) => void;
  onClose: () => void;
}

/** Where, what and why. Whatever changes after the first press asks for it again. */
function SwitchForm({ targets, chosen, onChoose, throwing, onDone, onClose }: FormProps) {
  const { reach, run, busy, problem } = throwing;
  const [wanted, setWanted] = useState<SwitchState | null>(null);
  const [reason, setReason] = useState('');
  const [sure, setSure] = useState(false);
  const [key, setKey] = useState(newActKey);
  const standing = reach !== undefined && reach.state !== 'OFF';
  const state = wanted ?? (standing ? 'OFF' : 'HALT');
  const lifts = state === 'OFF';
  const submit = async () => {
    if (!sure && !lifts) return setSure(true);
    if ((await run(key, state, reason)) !== undefined) onDone(state);
    setSure(false);
    setKey(newActKey());
  };
  return (
    <Form className="mt-4 grid gap-3" onChange={() => setSure(false)} onSubmit={() => void submit()}>
      <Select
        label="Where"
        value={chosen}
        choices={targets}
        onChange={(event) => onChoose(event.target.value)}
      />
      <Select
        label="What"
        value={state}
        choices={standing ? [...STATES, LIFT] : STATES}
        onChange={(event) => setWanted(event.target.value as SwitchState)}
      />
      {lifts ? null : (
        <ReasonField
          hint="It stands in the audit log, and beside every entry that is refused."
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      <SwitchEffect reach={reach} state={state} />
      <Problem text={problem} />
      <div className="mt-2 flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Leave it as it is</Button>
        <Button
          type="submit"
          look={lifts ? 'primary' : 'danger'}
          disabled={busy || !reach || (!lifts && reason.trim() === '')}
        >
          {busy ? 'Working on it' : actWords(state, sure, reach)}
        </Button>
      </div>
    </Form>
  );
}

function actWords(state: SwitchState, sure: boolean, reach: Reach | undefined): string {
  const act = switchAct(state, reach);
  if (state === 'OFF') return act;
  return sure ? `Yes: ${act.toLowerCase()}` : `${act}…`;
}
