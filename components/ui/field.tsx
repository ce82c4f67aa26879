import type { InputHTMLAttributes } from 'react';
import { Labelled } from './labelled.tsx';

type Props = InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string; unit?: string };

/** A labelled input; the hint is read with it. */
export function Field({ label, hint, unit, className, ...input }: Props) {
  return (
    <Labelled label={label} hint={hint} className={className}>
      {(ties) => (
        <div className="mt-1 flex items-center rounded-[7px] border border-line-strong bg-surface focus-within:outline-2 focus-within:outline-accent">
          <input {...ties} {...input} className="h-9 w-full min-w-0 bg-transparent px-2.5 outline-none" />
          {unit ? <span className="pr-2.5 text-text-3">{unit}</span> : null}
        </div>
      )}
    </Labelled>
  );
}
