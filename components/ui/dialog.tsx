'use client';
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

type Props = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description: string;
  children: ReactNode;
};

/** A dialog that traps focus, closes on Escape and sits at the bottom of a phone, within the thumb's reach. */
export function Dialog({ open, onOpenChange, title, description, children }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/35" />
        <Radix.Content className="fixed inset-x-0 bottom-0 z-50 max-h-[92vh] overflow-y-auto rounded-t-xl border border-line bg-surface p-5 desk:inset-x-auto desk:top-1/2 desk:bottom-auto desk:left-1/2 desk:w-[460px] desk:-translate-x-1/2 desk:-translate-y-1/2 desk:rounded-xl">
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="font-semibold text-[15px]">{title}</Radix.Title>
            <Radix.Close
              aria-label="Leave without a change"
              className="-mt-1 -mr-1 grid size-8 place-items-center rounded-md text-text-2 hover:bg-raised"
            >
              <X size={16} aria-hidden />
            </Radix.Close>
          </div>
          <Radix.Description className="mt-1 text-text-2">{description}</Radix.Description>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
