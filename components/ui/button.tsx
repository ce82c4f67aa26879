import type { ButtonHTMLAttributes } from 'react';
import { cx } from './cx.ts';

type Look = 'primary' | 'plain' | 'danger';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent border-accent text-surface hover:opacity-90',
  plain: 'bg-surface border-line-strong text-text hover:bg-raised',
  danger: 'bg-surface border-line text-loss hover:bg-loss-soft',
};

/** The one button: a verb with its object. At least 36 px high, so that a thumb finds it. */
export function buttonClass(look: Look = 'plain'): string {
  return cx(
    'inline-flex h-9 items-center justify-center gap-2 whitespace-nowrap rounded-[7px] border px-3 font-medium',
    'disabled:cursor-not-allowed disabled:opacity-55',
    LOOKS[look],
  );
}

export function Button({
  look = 'plain',
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look }) {
  return <button type="button" {...rest} className={cx(buttonClass(look), className)} />;
}
