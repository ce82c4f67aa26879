import type { ButtonHTMLAttributes } from 'react';
import { cx } from './cx.ts';

type Look = 'primary' | 'plain' | 'danger';
type Size = 'normal' | 'small';

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent border-accent text-surface hover:opacity-90',
  plain: 'bg-surface border-line-strong text-text hover:bg-raised',
  danger: 'bg-surface border-line text-loss hover:bg-loss-soft',
};

/** Small is for a mouse beside a line of text; a thumb gets the full height. */
const SIZES: Record<Size, string> = {
  normal: 'h-9 px-3',
  small: 'h-9 px-2.5 text-xs desk:h-7 desk:px-2',
};

/** The one button: a verb with its object. At least 36 px high on a phone, so that a thumb finds it. */
export function buttonClass(look: Look = 'plain', size: Size = 'normal'): string {
  return cx(
    'inline-flex items-center justify-center gap-2 whitespace-nowrap rounded-[7px] border font-medium',
    'disabled:cursor-not-allowed disabled:opacity-55',
    SIZES[size],
    LOOKS[look],
  );
}

export function Button({
  look = 'plain',
  size = 'normal',
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; size?: Size }) {
  return <button type="button" {...rest} className={cx(buttonClass(look, size), className)} />;
}
