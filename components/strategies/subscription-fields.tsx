'use client';
import { useState } from 'react';
import type { Outputs } from '../outputs.ts';
import { Check } from '../ui/check.tsx';
import { Field } from '../ui/field.tsx';
import { textOf, wholeOf } from '../ui/form.tsx';
import { NumberField } from '../ui/number-field.tsx';
import { Select } from '../ui/select.tsx';
import { SIZING_UNITS, SIZINGS } from './words.ts';

export type Subscription = Outputs['subscriptions']['list'][number];

const DIRECTIONS = [
  { value: 'BOTH', name: 'As the strategy trades' },
  { value: 'LONG', name: 'Long only' },
  { value: 'SHORT', name: 'Short only' },
] as const;
const ORDERS = [
  { value: 'MARKET', name: 'At market' },
  { value: 'LIMIT', name: 'At a limit near the touch' },
] as const;
const AFTERS = [
  { value: 'CANCEL', name: 'Withdraw it' },
  { value: 'MARKET', name: 'Buy or sell at market' },
  { value: 'LEAVE', name: 'Let it rest' },
] as const;

/** How large, which side, how the orders go out. */
export function SubscriptionFields({ of }: { of?: Subscription }) {
  const [mode, setMode] = useState(of?.sizingMode ?? 'FIXED_NOTIONAL');
  const [order, setOrder] = useState(of?.entryOrderType ?? 'MARKET');
  const unit = mode === 'FIXED_NOTIONAL' ? (of?.currency ?? 'money') : SIZING_UNITS[mode];
  return (
    <>
      <Select
        label="Size of a trade"
        name="sizingMode"
        choices={SIZINGS}
        value={mode}
        onChange={(event) => setMode(event.target.value)}
      />
      <NumberField
        label="How much"
        name="sizingValue"
        required
        title="A number above 0, such as 1000"
        defaultValue={of?.sizingValue ?? '1000'}
        {...(unit ? { unit } : {})}
        hint={
          mode === 'RISK_PERCENT'
            ? 'Of capital lost if the stop is hit; an entry without a stop is refused.'
            : undefined
        }
      />
      <Select label="Sides" name="direction" choices={DIRECTIONS} defaultValue={of?.direction ?? 'BOTH'} />
      <Check
        label="Buy more into an open trade"
        name="rebuys"
        defaultChecked={of?.rebuys}
        hint="Each rebuy is a trade of its own, up to the limit of rebuys."
      />
      <Select
        label="Entry orders"
        name="entryOrderType"
        choices={ORDERS}
        value={order}
        onChange={(event) => setOrder(event.target.value)}
      />
      {order === 'LIMIT' ? <LimitFields {...(of ? { of } : {})} /> : null}
      <NumberField
        label="Exit limits through the touch"
        name="exitOffsetBps"
        required
        title="Basis points, 0 or more"
        defaultValue={of?.exitOffsetBps ?? '1'}
        unit="bp"
      />
    </>
  );
}

function LimitFields({ of }: { of?: Subscription }) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <NumberField
        label="Through the touch"
        name="entryOffsetBps"
        required
        signed
        title="Basis points; negative waits for a better price"
        defaultValue={of?.entryOffsetBps ?? '1'}
        unit="bp"
      />
      <Field
        label="Rests at most"
        name="entryTtlSeconds"
        type="number"
        required
        min={1}
        max={86_400}
        defaultValue={of?.entryTtlSeconds ?? 300}
        unit="s"
      />
      <Field
        label="Repriced at most"
        name="entryReprices"
        type="number"
        required
        min={0}
        max={20}
        defaultValue={of?.entryReprices ?? 3}
        unit="times"
      />
      <Select
        label="Unfilled then"
        name="entryAfterReprices"
        choices={AFTERS}
        defaultValue={of?.entryAfterReprices ?? 'CANCEL'}
      />
    </div>
  );
}

/** What SubscriptionFields asked; what it did not ask stays as it is. */
export function subscriptionOf(form: FormData) {
  const isLimit = textOf(form, 'entryOrderType') === 'LIMIT';
  return {
    sizingMode: textOf(form, 'sizingMode') as
      | 'FIXED_QTY'
      | 'FIXED_NOTIONAL'
      | 'PERCENT_OF_CAPITAL'
      | 'RISK_PERCENT'
      | 'SIGNAL_QTY',
    sizingValue: textOf(form, 'sizingValue'),
    direction: textOf(form, 'direction') as 'LONG' | 'SHORT' | 'BOTH',
    rebuys: form.get('rebuys') === 'on',
    entryOrderType: isLimit ? ('LIMIT' as const) : ('MARKET' as const),
    exitOffsetBps: textOf(form, 'exitOffsetBps'),
    ...(isLimit
      ? {
          entryOffsetBps: textOf(form, 'entryOffsetBps'),
          entryTtlSeconds: wholeOf(form, 'entryTtlSeconds'),
          entryReprices: wholeOf(form, 'entryReprices'),
          entryAfterReprices: textOf(form, 'entryAfterReprices') as 'MARKET' | 'CANCEL' | 'LEAVE',
        }
      : {}),
  };
}
