'use client';
import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { PublicPlace } from '../../app/public-url.ts';
import { useTRPC } from '../api.ts';
import { NewAccount } from '../brokers/new-account.tsx';
import { Failed } from '../states.tsx';
import { FollowButton } from '../strategies/follow-dialog.tsx';
import { NewStrategy } from '../strategies/new-strategy.tsx';
import { ShownAddress } from '../strategies/shown-address.tsx';
import { NewWebhook } from '../strategies/webhooks.tsx';
import { cx } from '../ui/cx.ts';
import { FirstAlert } from './first-alert.tsx';
import { FirstTrade } from './first-trade.tsx';
import { type Progress, STEPS, type StepKey, stateOf } from './steps.ts';

const ABOUT: Record<StepKey, string> = {
  account: 'Play money, the same steps as real money.',
  strategy: 'One idea whose alerts you want to trade.',
  webhook: 'The address that TradingView sends its alerts to.',
  follow: 'How large its trades are, and which side.',
  alert: 'From here, so that nothing outside has to be set up yet.',
  trade: 'From the alert to the fill, with the milliseconds of each step.',
};

/** From an empty desk to a filled paper trade, step by step, on one page. */
export function Guide({ first, place }: { first: Progress; place: PublicPlace }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.firstVisit.progress.queryOptions(undefined, { initialData: first, refetchInterval: 2_000 }),
  );
  const [address, setAddress] = useState<string | null>(null);
  const at = query.data;
  const { next } = stateOf(at);
  const nothing = () => undefined;
  const acts: Record<StepKey, ReactNode> = {
    account: <NewAccount onMade={nothing} />,
    strategy: <NewStrategy onMade={nothing} />,
    webhook: at.strategy ? (
      <NewWebhook strategyId={at.strategy} onMade={(_id, path) => setAddress(`${place.url}${path}`)} />
    ) : null,
    follow: at.strategy ? <FollowButton strategyId={at.strategy} following={[]} /> : null,
    alert: at.strategy ? <FirstAlert strategyId={at.strategy} /> : null,
    trade: <FirstTrade progress={at} />,
  };
  return (
    <>
      <div>
        <h1 className="font-semibold text-[22px]">Your first trade</h1>
        <p className="text-text-2">Six steps, a few minutes. You can leave at any time and come back.</p>
      </div>
      {query.isError ? (
        <Failed
          what="How far you are could not be asked"
          stillTrue="What is done stays done."
          retry={() => void query.refetch()}
        />
      ) : null}
      <ol aria-label="Steps" className="overflow-hidden rounded-lg border border-line bg-surface">
        {STEPS.map(({ key, name, done }, index) => (
          <Step
            key={key}
            number={index + 1}
            name={name}
            about={ABOUT[key]}
            state={done(at) ? 'done' : next?.key === key ? 'next' : 'later'}
          >
            {next?.key === key || (key === 'trade' && at.signal !== null) ? (
              <div className="mt-3 grid justify-items-start gap-3">{acts[key]}</div>
            ) : null}
            {key === 'webhook' && address ? (
              <div className="mt-3">
                <ShownAddress address={address} onGone={() => setAddress(null)} />
              </div>
            ) : null}
          </Step>
        ))}
      </ol>
    </>
  );
}

type StepState = 'done' | 'next' | 'later';

const SAID: Record<StepState, string> = { done: ', done', next: ', next', later: ', not yet' };
const RINGS: Record<StepState, string> = {
  done: 'border-gain text-gain',
  next: 'border-accent text-accent',
  later: 'border-line-strong text-text-3',
};

interface StepProps {
  number: number;
  name: string;
  about: string;
  state: StepState;
  /** What is to be done now. */
  children: ReactNode;
}

function Step({ number, name, about, state, children }: StepProps) {
  return (
    <li
      aria-current={state === 'next' ? 'step' : undefined}
      className="grid grid-cols-[28px_minmax(0,1fr)] gap-x-3 border-b border-line px-3.5 py-3 last:border-0"
    >
      <span
        aria-hidden
        className={cx('grid size-6 place-items-center rounded-full border text-xs', RINGS[state])}
      >
        {state === 'done' ? <Check size={13} /> : number}
      </span>
      <div className="min-w-0">
        <p className={cx('font-semibold', state === 'later' && 'text-text-2')}>
          {name}
          <span className="sr-only">{SAID[state]}</span>
        </p>
        <p className="text-text-2">{about}</p>
        {children}
      </div>
    </li>
  );
}
