import type { TextareaHTMLAttributes } from 'react';
import { useId } from 'react';
import { cx } from './cx.ts';

type Props = TextareaHTMLAttributes<HTMLTextAreaElement> & { label: string; hint?: string; mono?: boolean };

/** A labelled field of several lines; the hint is read with it. */
export function TextArea({ label, hint, mono = false, className, ...area }: Props) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="text-text-2 text-xs">
        {label}
      </label>
      <textarea
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        rows={4}
        {...area}
        className={cx(
          'mt-1 block w-full rounded-[7px] border border-line-strong bg-surface px-2.5 py-2',
          mono && 'font-mono text-xs',
        )}
      />
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-text-3 text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
