import type { InputHTMLAttributes } from 'react';
import { cx } from './cx.ts';

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> & {
  label: string;
  onChange: (text: string) => void;
};

/** A text to look for; it says itself what in. */
export function Search({ label, className, onChange, ...input }: Props) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      {...input}
      onChange={(event) => onChange(event.target.value)}
      className={cx(
        'h-9 rounded-[7px] border border-line-strong bg-surface px-2.5 placeholder:text-text-3',
        className,
      )}
    />
  );
}
