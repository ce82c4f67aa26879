'use client';
import type { ReactNode } from 'react';
import { PlaceLink } from './place-link.tsx';
import { Button, buttonClass } from './ui/button.tsx';

/** Nothing here yet: what this will show, and the one next step. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="rounded-lg border border-line bg-surface px-5 py-10 text-center">
      <p className="font-semibold">{title}</p>
      <div className="mx-auto mt-1 max-w-[52ch] text-text-2">{children}</div>
      {action ? <div className="mt-4">{action}</div> : null}
    </div>
  );
}

/** The next step of whoever waits for a first signal. */
export const ToStrategies = () => (
  <PlaceLink href="/strategies" className={buttonClass('plain')}>
    Go to strategies
  </PlaceLink>
);

/** What failed, what is still true, and the way to try again. */
export function Failed({ what, stillTrue, retry }: { what: string; stillTrue: string; retry: () => void }) {
  return (
    <div
      role="alert"
      className="rounded-lg border border-line border-l-[3px] border-l-loss bg-surface px-4 py-3"
    >
      <p className="font-semibold">{what}</p>
      <p className="mt-0.5 text-text-2">{stillTrue}</p>
      <Button className="mt-3" onClick={retry}>
        Try again
      </Button>
    </div>
  );
}
