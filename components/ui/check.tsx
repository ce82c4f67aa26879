import type { InputHTMLAttributes } from 'react';
import { useId } from 'react';

type Props = InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string };

/** A box to tick, with its words beside it and its hint below. */
export function Check({ label, hint, className, ...input }: Props) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="flex min-h-6 cursor-pointer items-center gap-2">
        <input
          id={id}
          type="checkbox"
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...input}
          className="size-4 accent-accent"
        />
        {label}
      </label>
      {hint ? (
        <p id={`${id}-hint`} className="mt-0.5 ml-6 text-text-3 text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
