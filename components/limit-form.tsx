'use client';
import { useState } from 'react';
import { CURRENCIES } from './currencies.ts';
import { classWord, limitName, scopeWord, unitWord } from './limit-words.ts';
import type { Inputs, Outputs } from './outputs.ts';
import { textOf } from './ui/form.tsx';
import { type Doing, FormDialog } from './ui/form-dialog.tsx';
import { NumberField } from './ui/number-field.tsx';
import { Select } from './ui/select.tsx';

type Register = Outputs['limits']['listAdmin']['register'];
type Meaning = Register[number];
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
  /** What is changed; null sets a new one. */
  start: LimitStart | null;
  doing: Doing;
  onSet: (limit: LimitInput) => void;
  onClose: () => void;
}

const CLASSES = ['', 'EQUITY', 'OPTION', 'CRYPTO'] as const;

/** Sets one limit, or takes it away. */
export function LimitForm(props: Props) {
  const { register, start } = props;
  const [code, setCode] = useState(start?.code ?? 'DAILY_LOSS_LIMIT');
  const [currency, setCurrency] = useState(start?.currency ?? props.currency ?? 'USD');
  const meaning = register.find((one) => one.code === code) ?? register[0];
  if (!meaning) return null;
  const unit = unitWord(meaning.unit, currency);
  return (
    <FormDialog
      title={props.title}
      description={props.description}
      act={start ? 'Change the limit' : 'Set the limit'}
      doing={props.doing}
      onClose={props.onClose}
      onSubmit={(form) => props.onSet(limitOf(form, meaning, start ? start.currency : currency, start))}
    >
      <Select
        label="Limit"
        value={meaning.code}
        disabled={start !== null}
        choices={register.map((one) => ({ value: one.code, name: limitName(one.code) }))}
        onChange={(event) => setCode(event.target.value)}
      />
      {meaning.unit === 'MONEY' && props.currency === null ? (
        <Select
          label="Currency"
          value={currency}
          disabled={start !== null}
          choices={[...new Set([...CURRENCIES, currency])].map((one) => ({ value: one, name: one }))}
          onChange={(event) => setCurrency(event.target.value)}
        />
      ) : null}
      <LimitScope key={meaning.code} meaning={meaning} start={start} />
      <NumberField
        label="Value"
        name="value"
        title="A number of 0 or more"
        defaultValue={start?.value ?? ''}
        required={start === null}
        {...(unit ? { unit } : {})}
        hint={`${meaning.stricter === 'LOWER' ? 'The lower' : 'The higher'} value of two layers holds.${start ? ' Empty takes the limit away.' : ''}`}
      />
    </FormDialog>
  );
}

/** Over everything an account or a person has: such a limit has no asset class. */
const isWhole = (scope: string | undefined): boolean => scope === 'ACCOUNT' || scope === 'USER';

/** Over what it is counted, and for which asset class. */
function LimitScope({ meaning, start }: { meaning: Meaning; start: LimitStart | null }) {
  const [scope, setScope] = useState(start?.scope ?? meaning.scopes[0] ?? '');
  return (
    <>
      {meaning.scopes.length > 1 ? (
        <Select
          label="Counted"
          name="scope"
          value={scope}
          disabled={start !== null}
          choices={meaning.scopes.map((one) => ({ value: one, name: scopeWord(one) }))}
          onChange={(event) => setScope(event.target.value)}
        />
      ) : null}
      {isWhole(scope) ? null : (
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
    </>
  );
}

/** What was asked. A disabled field is not part of a form: what is changed stays where it was set. */
function limitOf(
  form: FormData,
  meaning: Meaning,
  currency: string | null,
  start: LimitStart | null,
): LimitInput {
  const scope = start?.scope ?? (textOf(form, 'scope') || meaning.scopes[0]);
  const assetClass = isWhole(scope) ? null : textOf(form, 'assetClass') || null;
  return {
    code: meaning.code,
    scope: scope as LimitInput['scope'],
    currency: meaning.unit === 'MONEY' ? currency : null,
    assetClass: assetClass as LimitInput['assetClass'],
    value: textOf(form, 'value') || null,
  };
}
