'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import type { Inputs } from '../outputs.ts';
import { Check } from '../ui/check.tsx';
import { Field } from '../ui/field.tsx';
import { textOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Select } from '../ui/select.tsx';
import { SCOPES } from './scopes.ts';

type Scope = Inputs['apiTokens']['create']['scopes'][number];

const SPANS = [
  { value: '30', name: '30 days' },
  { value: '90', name: '90 days' },
  { value: '365', name: 'A year' },
  { value: '', name: 'Without an end' },
] as const;

/** What a new token may do, and how long. */
export function NewApiToken({ onMade, onClose }: { onMade: (token: string) => void; onClose: () => void }) {
  const trpc = useTRPC();
  const [wrong, setWrong] = useState<string | null>(null);
  const create = useAct(trpc.apiTokens.create.mutationOptions(), ({ token }) => {
    onMade(token);
    onClose();
  });
  const submit = (form: FormData) => {
    const scopes = form.getAll('scopes') as Scope[];
    if (scopes.length === 0) return setWrong('Choose at least one thing that it may do.');
    setWrong(null);
    const days = textOf(form, 'days');
    return void create.run({ name: textOf(form, 'name'), scopes, days: days ? Number(days) : null });
  };
  return (
    <FormDialog
      title="New API token"
      description="Give it no more than its program needs."
      act="Make the token"
      doing={{ busy: create.busy, problem: wrong ?? create.problem }}
      onClose={onClose}
      onSubmit={submit}
    >
      <Field label="Name" name="name" required maxLength={80} placeholder="My spreadsheet" autoFocus />
      <fieldset className="grid gap-1.5">
        <legend className="mb-1 text-text-2 text-xs">It may</legend>
        {SCOPES.map(({ value, name }) => (
          <Check key={value} name="scopes" value={value} label={name} />
        ))}
      </fieldset>
      <Select label="It counts for" name="days" choices={SPANS} defaultValue="90" />
    </FormDialog>
  );
}
