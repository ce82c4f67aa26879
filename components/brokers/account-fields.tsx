'use client';
import { textOf } from '../ui/form.tsx';
import { NumberField } from '../ui/number-field.tsx';
import type { Account } from './words.ts';

type Fee = keyof Account['fees'];

const FEES: readonly { name: Fee; label: string }[] = [
  { name: 'makerBps', label: 'Maker' },
  { name: 'takerBps', label: 'Taker' },
  { name: 'feePerShare', label: 'Per share' },
  { name: 'feePerContract', label: 'Per contract' },
  { name: 'feeMinimum', label: 'At least, per order' },
];

/** What the paper broker takes for a trade; a maker may be paid instead. */
export function FeeFields({ of }: { of?: Account }) {
  return (
    <fieldset className="grid grid-cols-2 gap-3">
      <legend className="mb-1 text-text-2 text-xs">Fees of the paper broker</legend>
      {FEES.map(({ name, label }) => {
        const isRate = name.endsWith('Bps');
        return (
          <NumberField
            key={name}
            label={label}
            name={name}
            required
            signed={isRate}
            title="A number such as 1.5"
            defaultValue={of?.fees[name] ?? '0'}
            unit={isRate ? 'bp' : (of?.currency ?? 'money')}
          />
        );
      })}
    </fieldset>
  );
}

/** What FeeFields asked. */
export const feesOf = (form: FormData) =>
  Object.fromEntries(FEES.map(({ name }) => [name, textOf(form, name)])) as Record<Fee, string>;

/** The money that sizes and limits reckon with. */
export function CapitalField({ of }: { of?: Account }) {
  return (
    <NumberField
      label="Capital"
      name="capital"
      required
      title="A number above 0, such as 100000"
      defaultValue={of?.capital ?? '100000'}
      {...(of ? { unit: of.currency } : {})}
      hint="Sizes in percent and percent limits reckon with it."
    />
  );
}
