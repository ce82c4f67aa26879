'use client';
import { Field } from '../ui/field.tsx';
import { textOf } from '../ui/form-dialog.tsx';
import type { Account } from './words.ts';

const NUMBER = '\\d+(\\.\\d+)?';
const SIGNED = '-?\\d+(\\.\\d+)?';

/** What the paper broker takes for a trade. */
export function FeeFields({ fees }: { fees?: Account['fees'] }) {
  const field = (label: string, name: string, value: string | undefined, unit: string, pattern = NUMBER) => (
    <Field
      label={label}
      name={name}
      inputMode="decimal"
      required
      pattern={pattern}
      title="A number such as 1.5"
      defaultValue={value ?? '0'}
      unit={unit}
    />
  );
  return (
    <fieldset className="grid grid-cols-2 gap-3">
      <legend className="mb-1 text-text-2 text-xs">Fees of the paper broker</legend>
      {field('Maker', 'makerBps', fees?.makerBps, 'bp', SIGNED)}
      {field('Taker', 'takerBps', fees?.takerBps, 'bp', SIGNED)}
      {field('Per share', 'feePerShare', fees?.feePerShare, 'money')}
      {field('Per contract', 'feePerContract', fees?.feePerContract, 'money')}
      {field('At least, per order', 'feeMinimum', fees?.feeMinimum, 'money')}
    </fieldset>
  );
}

/** What FeeFields asked. */
export const feesOf = (form: FormData) => ({
  makerBps: textOf(form, 'makerBps'),
  takerBps: textOf(form, 'takerBps'),
  feePerShare: textOf(form, 'feePerShare'),
  feePerContract: textOf(form, 'feePerContract'),
  feeMinimum: textOf(form, 'feeMinimum'),
});

/** The money that sizes and limits reckon with. */
export function CapitalField({ capital, currency }: { capital?: string; currency?: string }) {
  return (
    <Field
      label="Capital"
      name="capital"
      inputMode="decimal"
      required
      pattern={NUMBER}
      title="A number above 0, such as 100000"
      defaultValue={capital ?? '100000'}
      {...(currency ? { unit: currency } : {})}
      hint="Sizes in percent and percent limits reckon with it."
    />
  );
}
