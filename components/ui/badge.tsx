import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type Tone = 'accent' | 'gain' | 'loss' | 'warn' | 'plain';

const TONES: Record<Tone, string> = {
  accent: 'bg-accent-soft text-accent',
  gain: 'bg-gain-soft text-gain',
  loss: 'bg-loss-soft text-loss',
  warn: 'bg-warn-soft text-warn',
  plain: 'bg-raised text-text-2',
};

/** A word on a tint; the word carries the meaning, the tint only helps. */
export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        'ml-0.5 inline-block whitespace-nowrap rounded px-1.5 py-px text-[11px] font-medium',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
