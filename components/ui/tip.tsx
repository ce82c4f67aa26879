'use client';
import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

/** Words on hover and on keyboard focus. The trigger must be focusable. */
export function Tip({ words, children }: { words: ReactNode; children: ReactNode }) {
  return (
    <Radix.Root delayDuration={150}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={6}
          className="z-50 max-w-[300px] rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-text text-xs"
        >
          {words}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const TipProvider = Radix.Provider;
