import type { TextareaHTMLAttributes } from 'react';
import { cx } from './cx.ts';
import { Labelled } from './labelled.tsx';

type Props = TextareaHTMLAttributes<HTMLTextAreaElement> & { label: string; hint?: string; mono?: boolean };

/** A labelled field of several lines; the hint is read with it. */
export function TextArea({ label, hint, mono = false, className, ...area }: Props) {
  return (
    <Labelled label={label} hint={hint} className={className}>
      {(ties) => (
        <textarea
          {...ties}
          rows={4}
          {...area}
          className={cx(
            'mt-1 block w-full rounded-[7px] border border-line-strong bg-surface px-2.5 py-2',
            mono && 'font-mono text-xs',
          )}
        />
      )}
    </Labelled>
  );
}
