'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from './api.ts';
import { SwitchDialog, type SwitchTarget } from './switch-dialog.tsx';
import { buttonClass } from './ui/button.tsx';
import { cx } from './ui/cx.ts';
import { useViewer } from './viewer.tsx';

/** Stops one's own entries, or closes everything, from every page; it says so while a switch stands. */
export function KillSwitch() {
  const { role } = useViewer();
  return role === 'researcher' ? null : <OwnSwitch />;
}

function OwnSwitch() {
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const { data: switches } = useQuery(trpc.switches.list.queryOptions());
  const standing = (switches ?? []).filter((one) => one.state !== 'OFF');
  const worst = standing.some((one) => one.state === 'FLATTEN') ? 'Flattening' : 'Halted';
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-label={standing.length > 0 ? `Kill switch: ${worst.toLowerCase()}` : undefined}
        title={standing
          .map((one) => `${one.account ?? scopeWord(one.scope)}: ${one.reason ?? one.state}`)
          .join('\n')}
        className={cx(
          buttonClass('danger'),
          standing.length > 0 && 'border-loss bg-loss-soft',
          'px-2.5 desk:px-3',
        )}
      >
        {standing.length > 0 ? worst : 'Kill switch'}
      </button>
      {open ? <OwnDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

const scopeWord = (scope: string) => (scope === 'PLATFORM' ? 'Everybody' : 'All of your accounts');

function OwnDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const { data: accounts } = useQuery(trpc.accounts.list.queryOptions());
  const targets: SwitchTarget[] = [
    { value: 'USER', name: 'All of my accounts', at: { scope: 'USER', targetId: '' } },
    ...(accounts ?? []).map((account) => ({
      value: account.id,
      name: account.name,
      at: { scope: 'ACCOUNT' as const, targetId: account.id },
    })),
  ];
  return <SwitchDialog title="Kill switch" targets={targets} onClose={onClose} />;
}
