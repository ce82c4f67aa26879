import type { SelectHTMLAttributes } from 'react';
import { useId } from 'react';

type Props = SelectHTMLAttributes<HTMLSelectElement> & {
  label: string;
  hint?: string;
  choices: readonly { value: string; name: string }[];
};

/** A labelled choice of one; the platform's own control, so that a phone shows its own list. */
export function Select({ label, hint, choices, className, ...select }: Props) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="text-text-2 text-xs">
        {label}
      </label>
      <select
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        {...select}
        className="mt-1 block h-9 w-full rounded-[7px] border border-line-strong bg-surface px-2"
      >
        {choices.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-text-3 text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
