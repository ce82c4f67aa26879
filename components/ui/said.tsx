import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** What an act would do, said before it is done, and read aloud as it changes. */
export function Said({ bad = false, children }: { bad?: boolean; children: ReactNode }) {
  return (
    <div aria-live="polite" className={cx('mt-4 rounded-lg bg-raised px-3.5 py-3', bad && 'text-loss')}>
      {children}
    </div>
  );
}
