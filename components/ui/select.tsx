import type { SelectHTMLAttributes } from 'react';
import { Labelled } from './labelled.tsx';

type Props = SelectHTMLAttributes<HTMLSelectElement> & {
  label: string;
  hint?: string;
  choices: readonly { value: string; name: string }[];
};

/** A labelled choice of one; the platform's own control, so that a phone shows its own list. */
export function Select({ label, hint, choices, className, ...select }: Props) {
  return (
    <Labelled label={label} hint={hint} className={className}>
      {(ties) => (
        <select
          {...ties}
          {...select}
          className="mt-1 block h-9 w-full rounded-[7px] border border-line-strong bg-surface px-2"
        >
          {choices.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
