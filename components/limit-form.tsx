'use client';
import { useState } from 'react';
import { classWord, limitName, scopeWord, unitWord } from './limit-words.ts';
import type { Inputs, Outputs } from './outputs.ts';
import { Field } from './ui/field.tsx';
import { FormDialog, textOf } from './ui/form-dialog.tsx';
import { Select } from './ui/select.tsx';

type Register = Outputs['limits']['listAdmin']['register'];
export type LimitInput = Inputs['limits']['setAdmin']['limit'];

export interface LimitStart {
  code: string;
  scope: string;
  currency: string | null;
  assetClass: string | null;
  value: string;
}

interface Props {
  title: string;
  description: string;
  register: Register;
  /** The account's, or null where any may be chosen. */
  currency: string | null;
  start: LimitStart | null;
  busy: boolean;
  problem: string | null;
  onSet: (limit: LimitInput) => void;
  onClose: () => void;
}

const CURRENCIES = ['USD', 'INR', 'EUR', 'GBP', 'USDT'] as const;
const CLASSES = ['', 'EQUITY', 'OPTION', 'CRYPTO'] as const;

/** Sets one limit, or takes it away. */
export function LimitForm(props: Props) {
  const { register, start } = props;
  const [code, setCode] = useState(start?.code ?? 'DAILY_LOSS_LIMIT');
  const meaning = register.find((one) => one.code === code) ?? register[0];
  const [currency, setCurrency] = useState(start?.currency ?? props.currency ?? 'USD');
  const [scope, setScope] = useState(start?.scope ?? '');
  if (!meaning) return null;
  const summed = meaning.scopes.find((one) => one === scope) ?? meaning.scopes[0];
  const isWhole = summed === 'ACCOUNT' || summed === 'USER';
  const limitOf = (form: FormData, value: string | null): LimitInput => ({
    code: meaning.code,
    scope: summed as LimitInput['scope'],
    currency: meaning.unit === 'MONEY' ? currency : null,
    assetClass: isWhole ? null : ((textOf(form, 'assetClass') || null) as LimitInput['assetClass']),
    value,
  });
  return (
    <FormDialog
      title={props.title}
      description={props.description}
      act={start ? 'Change the limit' : 'Set the limit'}
      busy={props.busy}
      problem={props.problem}
      onClose={props.onClose}
      onSubmit={(form) => props.onSet(limitOf(form, textOf(form, 'value') || null))}
    >
      <Select
        label="Limit"
        value={meaning.code}
        disabled={start !== null}
        choices={register.map((one) => ({ value: one.code, name: limitName(one.code) }))}
        onChange={(event) => setCode(event.target.value)}
      />
      {meaning.scopes.length > 1 ? (
        <Select
          label="Counted"
          value={summed}
          disabled={start !== null}
          choices={meaning.scopes.map((one) => ({ value: one, name: scopeWord(one) }))}
          onChange={(event) => setScope(event.target.value)}
        />
      ) : null}
      {meaning.unit === 'MONEY' && props.currency === null ? (
        <Select
          label="Currency"
          value={currency}
          disabled={start !== null}
          choices={[...new Set([...CURRENCIES, currency])].map((one) => ({ value: one, name: one }))}
          onChange={(event) => setCurrency(event.target.value)}
        />
      ) : null}
      {isWhole ? null : (
        <Select
          label="For"
          name="assetClass"
          defaultValue={start?.assetClass ?? ''}
          choices={CLASSES.map((one) => ({
            value: one,
            name: classWord(one || null) || 'everything',
          })).filter((one) => start === null || one.value === (start.assetClass ?? ''))}
        />
      )}
      <Field
        label="Value"
        name="value"
        inputMode="decimal"
        pattern="\d+(\.\d+)?"
        title="A number of 0 or more"
        defaultValue={start?.value ?? ''}
        required={start === null}
        {...(unitWord(meaning.unit, currency) ? { unit: unitWord(meaning.unit, currency) } : {})}
        hint={`${meaning.stricter === 'LOWER' ? 'The lower' : 'The higher'} value of two layers holds.${start ? ' Empty takes the limit away.' : ''}`}
      />
    </FormDialog>
  );
}
