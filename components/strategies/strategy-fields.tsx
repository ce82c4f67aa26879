'use client';
import type { Outputs } from '../outputs.ts';
import { Check } from '../ui/check.tsx';
import { Field } from '../ui/field.tsx';
import { listOf, textOf, wholeOf } from '../ui/form.tsx';
import { Select } from '../ui/select.tsx';
import { SIDES, VISIBILITIES } from './words.ts';

export type OwnStrategy = Outputs['strategies']['list']['own'][number];

/** The first questions about a strategy. */
export function StrategyBasics({ of }: { of?: OwnStrategy }) {
  return (
    <>
      <Field label="Name" name="name" required maxLength={80} defaultValue={of?.name} autoFocus={!of} />
      <Select
        label="Trades"
        name="sides"
        choices={SIDES}
        defaultValue={of?.sides ?? 'LONG'}
        hint="An alert for a side that it does not trade closes the other one."
      />
      <Select
        label="Who may follow it"
        name="visibility"
        choices={VISIBILITIES}
        defaultValue={of?.visibility ?? 'PRIVATE'}
      />
      <Field
        label="Symbols"
        name="symbols"
        placeholder="any"
        defaultValue={of?.allowedSymbols?.join(', ') ?? ''}
        hint="Separated by commas, such as BTC-USD, SPY. Empty takes any."
      />
    </>
  );
}

/** How old, how often, how strict. */
export function StrategyTimes({ of }: { of: OwnStrategy }) {
  const seconds = (label: string, name: string, value: number, min: number, hint: string) => (
    <Field
      label={label}
      name={name}
      type="number"
      required
      min={min}
      max={86_400}
      defaultValue={value}
      unit="s"
      hint={hint}
    />
  );
  return (
    <>
      {seconds(
        'Oldest alert',
        'maxLagSeconds',
        of.maxLagSeconds,
        1,
        'An entry older than this is refused as stale.',
      )}
      {seconds(
        'Time to decide',
        'signalTtlSeconds',
        of.signalTtlSeconds,
        1,
        'An accepted entry that waits longer expires.',
      )}
      {seconds(
        'Pause between entries',
        'entryRearmSeconds',
        of.entryRearmSeconds,
        0,
        'No second entry of the same symbol and side within this time. 0 takes every one.',
      )}
      <Check
        label="Ask for more to win than to lose"
        name="utilityGate"
        defaultChecked={of.utilityGate}
        hint="Refuses entries whose target does not outweigh their stop by the utility factor."
      />
    </>
  );
}

/** What StrategyBasics asked. */
export function basicsOf(form: FormData) {
  const symbols = listOf(textOf(form, 'symbols')).map((one) => one.toUpperCase());
  return {
    name: textOf(form, 'name'),
    sides: textOf(form, 'sides') as 'LONG' | 'SHORT' | 'BOTH',
    visibility: textOf(form, 'visibility') as 'PRIVATE' | 'SHARED',
    allowedSymbols: symbols.length > 0 ? symbols : null,
  };
}

/** What StrategyTimes asked. */
export function timesOf(form: FormData) {
  return {
    maxLagSeconds: wholeOf(form, 'maxLagSeconds'),
    signalTtlSeconds: wholeOf(form, 'signalTtlSeconds'),
    entryRearmSeconds: wholeOf(form, 'entryRearmSeconds'),
    utilityGate: form.get('utilityGate') === 'on',
  };
}
