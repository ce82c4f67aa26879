import type { ReactNode } from 'react';
import { cx } from '../ui/cx.ts';

/** One figure with its name above and what explains it below. */
export function Kpi({
  name,
  children,
  tone,
  below,
  className,
}: {
  name: ReactNode;
  children: ReactNode;
  tone?: 'gain' | 'loss' | 'flat';
  below?: ReactNode;
  className?: string;
}) {
  return (
    <section
      aria-label={typeof name === 'string' ? name : undefined}
      className={cx(
        'relative min-h-[96px] min-w-0 overflow-hidden rounded-lg border border-line bg-surface px-3.5 py-3',
        className,
      )}
    >
      <h2 className="font-normal text-text-2 text-xs">{name}</h2>
      <div
        className={cx(
          'font-semibold text-2xl leading-tight tracking-tight',
          tone === 'gain' && 'text-gain',
          tone === 'loss' && 'text-loss',
        )}
      >
        {children}
      </div>
      {below ? <div className="mt-0.5 text-text-2 text-xs">{below}</div> : null}
    </section>
  );
}
