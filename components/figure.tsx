'use client';
import { useRef } from 'react';
import { money, percent, toneOf } from './format.ts';
import { cx } from './ui/cx.ts';

const TONE = { gain: 'text-gain', loss: 'text-loss', flat: '' } as const;

/** Tints what changed since it was last shown, for 150 ms. The key restarts the animation. */
export function Changed({ value, children }: { value: string; children: React.ReactNode }) {
  const seen = useRef<{ value: string; times: number }>({ value, times: 0 });
  if (seen.current.value !== value) seen.current = { value, times: seen.current.times + 1 };
  return (
    <span key={seen.current.times} className={cx('rounded-sm', seen.current.times > 0 && 'changed')}>
      {children}
    </span>
  );
}

/** Profit or loss: signed, in its currency, coloured beside its sign; a stale one loses its colour. */
export function Pnl(props: { value: string; currency: string; percentOf?: string | null; stale?: boolean }) {
  const { value, currency, percentOf, stale = false } = props;
  const tone = stale ? 'text-text-3' : TONE[toneOf(value)];
  return (
    <span className={cx('whitespace-nowrap', tone)}>
      <Changed value={value}>{money(value, currency, { sign: true })}</Changed>
      {percentOf ? <small className="block text-[11px]">{percent(percentOf, { sign: true })}</small> : null}
    </span>
  );
}
