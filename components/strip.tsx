'use client';
import type { Step, StepState } from '#server/api/signals/outcome.ts';
import { cx } from './ui/cx.ts';
import { Tip } from './ui/tip.tsx';

const BAR: Record<StepState, string> = {
  DONE: 'bg-accent',
  LIVE: 'bg-gain',
  REFUSED: 'bg-loss',
  UNKNOWN: 'bg-warn',
  NOT_REACHED: 'bg-line',
};

const WORD: Record<StepState, string> = {
  DONE: 'done',
  LIVE: 'under way',
  REFUSED: 'refused',
  UNKNOWN: 'unknown',
  NOT_REACHED: 'not reached',
};

/** The seven steps, small: signal, delivery, intent, order, fill, trade, exit. Why is told on focus. */
export function Strip({ steps }: { steps: Step[] }) {
  const last = steps.findLast((step) => step.state !== 'NOT_REACHED');
  const why = steps.find((step) => step.why)?.why;
  const name = last ? `${last.name} ${WORD[last.state]}` : 'Nothing reached yet';
  const bars = (
    <span role="img" aria-label={why ? `${name}: ${why}` : name} className="flex h-4 items-center gap-[3px]">
      {steps.map((step) => (
        <i key={step.name} className={cx('h-1 w-3.5 rounded-sm', BAR[step.state])} />
      ))}
    </span>
  );
  if (!why) return bars;
  return (
    <Tip words={why}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason must be reachable by keyboard */}
      <span tabIndex={0} className="inline-flex">
        {bars}
      </span>
    </Tip>
  );
}

const EDGE: Record<StepState, string> = {
  DONE: 'border-accent',
  LIVE: 'border-gain',
  REFUSED: 'border-loss',
  UNKNOWN: 'border-warn',
  NOT_REACHED: 'border-line',
};

/** The seven steps, large: a line of their own with what is known of each. On a phone they stand below each other. */
export function BigStrip({ steps, notes }: { steps: Step[]; notes: Partial<Record<Step['name'], string>> }) {
  return (
    <ol aria-label="From alert to exit" className="grid grid-cols-1 gap-1 desk:grid-cols-7">
      {steps.map((step) => (
        <li
          key={step.name}
          className={cx(
            'flex justify-between gap-3 border-l-[3px] py-1 pl-2.5 text-text-2 text-xs',
            'desk:flex-col desk:justify-start desk:gap-0 desk:border-t-[3px] desk:border-l-0 desk:px-0.5 desk:py-[7px]',
            EDGE[step.state],
          )}
        >
          <b className="font-medium text-[13px] text-text">{step.name}</b>
          <span className="text-right desk:text-left">
            {step.why ?? notes[step.name] ?? (step.state === 'NOT_REACHED' ? '–' : WORD[step.state])}
          </span>
        </li>
      ))}
    </ol>
  );
}
