import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** A bordered area with a hairline under its heading. */
export function Card(props: { title?: string; aside?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section
      aria-label={props.title}
      className={cx('min-w-0 overflow-hidden rounded-lg border border-line bg-surface', props.className)}
    >
      {props.title ? (
        <div className="flex items-center justify-between gap-3 border-b border-line px-3.5 py-2.5">
          <h2 className="shrink-0 font-semibold">{props.title}</h2>
          <span className="min-w-0 text-right text-text-3">{props.aside}</span>
        </div>
      ) : null}
      {props.children}
    </section>
  );
}
