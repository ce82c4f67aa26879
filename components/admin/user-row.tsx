'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { ReasonField } from '../reason-field.tsx';
import { Named, Row } from '../rows.tsx';
import { openWords, STATE_WORD } from '../switch-words.ts';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { textOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { Select } from '../ui/select.tsx';
import { useViewer } from '../viewer.tsx';
import { USER_COLUMNS, type User } from './users-view.tsx';
import { ROLES, type RoleName } from './words.ts';

/** One person, with what an admin may do. Nobody does it to himself. */
export function UserRow({ user }: { user: User }) {
  const { email } = useViewer();
  const isViewer = user.email === email;
  return (
    <Row columns={USER_COLUMNS}>
      <span className="min-w-0 grow basis-full desk:basis-auto">
        <b className="font-semibold">{user.name}</b> {isViewer ? <Badge>you</Badge> : null}
        <span className="block truncate text-text-2">{user.email}</span>
      </span>
      <span>{user.role}</span>
      <span>
        {user.status === 'ACTIVE' ? <Badge tone="accent">Active</Badge> : <Badge tone="loss">Disabled</Badge>}
        {user.switchState === 'OFF' ? null : <Badge tone="loss">{STATE_WORD[user.switchState]}</Badge>}
      </span>
      <Named name="Accounts" className="desk:text-right">
        {user.accounts}
      </Named>
      <Named name="Open" className="desk:text-right">
        {user.openTrades}
      </Named>
      <Named name="Seen" className="text-text-2 desk:text-right">
        {user.lastSeenAt ? <Time at={user.lastSeenAt} /> : 'never'}
      </Named>
      {isViewer ? <span className="w-[176px] max-desk:hidden" /> : <UserActs user={user} />}
    </Row>
  );
}

function UserActs({ user }: { user: User }) {
  const trpc = useTRPC();
  const [open, setOpen] = useState<'role' | 'disable' | null>(null);
  const close = () => setOpen(null);
  const enable = useAct(trpc.users.setStatus.mutationOptions());
  return (
    <>
      <span className="flex gap-2 desk:w-[176px] desk:justify-end">
        <Button aria-label={`Change the role of ${user.name}`} onClick={() => setOpen('role')}>
          Role…
        </Button>
        {user.status === 'ACTIVE' ? (
          <Button look="danger" aria-label={`Disable ${user.name}`} onClick={() => setOpen('disable')}>
            Disable…
          </Button>
        ) : (
          <Button
            aria-label={`Enable ${user.name}`}
            disabled={enable.busy}
            onClick={() => void enable.run({ id: user.id, status: 'ACTIVE' })}
          >
            Enable
          </Button>
        )}
      </span>
      {enable.problem ? (
        <span className="col-span-full">
          <Problem text={enable.problem} />
        </span>
      ) : null}
      {open === 'role' ? <RoleDialog user={user} onClose={close} /> : null}
      {open === 'disable' ? <DisableDialog user={user} onClose={close} /> : null}
    </>
  );
}

function RoleDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const trpc = useTRPC();
  const set = useAct(trpc.users.setRole.mutationOptions(), onClose);
  return (
    <FormDialog
      title={`Role of ${user.name}`}
      description={`${count(user.sessions, 'session ends', 'sessions end')}, and the new role counts from the next log-in.`}
      act="Change the role"
      doing={set}
      onClose={onClose}
      onSubmit={(form) => void set.run({ id: user.id, role: textOf(form, 'role') as RoleName })}
    >
      <Select label="Role" name="role" choices={ROLES} defaultValue={user.role} />
    </FormDialog>
  );
}

function DisableDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const trpc = useTRPC();
  const disable = useAct(trpc.users.setStatus.mutationOptions(), onClose);
  const { id, name } = user;
  return (
    <FormDialog
      title={`Disable ${name}`}
      description={`${count(user.sessions, 'session ends', 'sessions end')} at once and no log-in succeeds. On ${count(user.accounts, 'account')} no entry is taken and resting ones are withdrawn. ${openWords(user.openTrades)}`}
      act={`Disable ${name}`}
      danger
      doing={disable}
      onClose={onClose}
      onSubmit={(form) => void disable.run({ id, status: 'DISABLED', reason: textOf(form, 'reason') })}
    >
      <ReasonField autoFocus hint="It stands in the audit log." />
    </FormDialog>
  );
}
