'use client';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { CopyText } from './copy-text.tsx';
import { cx } from './cx.ts';

interface Props {
  title: string;
  /** What a copy is a copy of. */
  what: string;
  text: string;
  /** What the person says who has taken it along. */
  gone?: string;
  onGone: () => void;
  className?: string;
  /** That it is never shown again, and what it is good for. */
  children: ReactNode;
}

/** Something that is here right after it was made and never again, until the person says that he has it. */
export function ShownOnce({ title, what, text, gone = 'I have it', onGone, className, children }: Props) {
  return (
    <div
      role="status"
      className={cx('grid gap-2 rounded-lg border border-accent bg-accent-soft p-3', className)}
    >
      <p>
        <b>{title}</b> {children}
      </p>
      <CopyText text={text} what={what} />
      <Button className="justify-self-start" onClick={onGone}>
        {gone}
      </Button>
    </div>
  );
}
