'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { SwitchDialog } from '../switch-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { DisableAccount, EditAccount, FreezeAccount } from './account-dialogs.tsx';
import type { Account } from './words.ts';

type Open = 'edit' | 'freeze' | 'disable' | 'switch' | null;

/** What can be done with an account. */
export function AccountActs({ account }: { account: Account }) {
  const trpc = useTRPC();
  const { id, name } = account;
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const unfreeze = useAct(trpc.accounts.freeze.mutationOptions());
  const enable = useAct(trpc.accounts.setStatus.mutationOptions());
  return (
    <div className="grid gap-2 border-t border-line p-3.5">
      <Problem text={unfreeze.problem ?? enable.problem} />
      <div className="flex flex-wrap gap-2">
        <Button aria-label={`Change ${name}`} onClick={() => setOpen('edit')}>
          Change…
        </Button>
        {account.frozenAt ? (
          <Button
            aria-label={`Unfreeze ${name}`}
            disabled={unfreeze.busy}
            onClick={() => void unfreeze.run({ id, reason: null })}
          >
            Unfreeze
          </Button>
        ) : (
          <Button aria-label={`Freeze ${name}`} onClick={() => setOpen('freeze')}>
            Freeze…
          </Button>
        )}
        {account.status === 'DISABLED' ? (
          <Button
            aria-label={`Enable ${name}`}
            disabled={enable.busy}
            onClick={() => void enable.run({ id, status: 'ACTIVE' })}
          >
            Enable
          </Button>
        ) : (
          <Button look="danger" aria-label={`Disable ${name}`} onClick={() => setOpen('disable')}>
            Disable…
          </Button>
        )}
        <Button look="danger" onClick={() => setOpen('switch')}>
          {account.switchState === 'OFF' ? 'Halt or flatten…' : 'Lift the switch…'}
        </Button>
      </div>
      {open === 'edit' ? <EditAccount account={account} onClose={close} /> : null}
      {open === 'freeze' ? <FreezeAccount account={account} onClose={close} /> : null}
      {open === 'disable' ? <DisableAccount account={account} onClose={close} /> : null}
      {open === 'switch' ? (
        <SwitchDialog
          title={`Halt or flatten ${name}`}
          targets={[{ value: id, name, at: { scope: 'ACCOUNT', targetId: id } }]}
          onClose={close}
        />
      ) : null}
    </div>
  );
}
