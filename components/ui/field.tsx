import type { InputHTMLAttributes } from 'react';
import { useId } from 'react';
import { cx } from './cx.ts';

type Props = InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string; unit?: string };

/** A labelled input; the hint is read with it. */
export function Field({ label, hint, unit, className, ...input }: Props) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="text-text-2 text-xs">
        {label}
      </label>
      <div className="mt-1 flex items-center rounded-[7px] border border-line-strong bg-surface focus-within:outline-2 focus-within:outline-accent">
        <input
          id={id}
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...input}
          className={cx('h-9 w-full min-w-0 bg-transparent px-2.5 outline-none')}
        />
        {unit ? <span className="pr-2.5 text-text-3">{unit}</span> : null}
      </div>
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-text-3 text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
