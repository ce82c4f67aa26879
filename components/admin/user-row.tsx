'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { Named, Row } from '../rows.tsx';
import { STATE_WORD } from '../switch-words.ts';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { FormDialog, textOf } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { Select } from '../ui/select.tsx';
import { useViewer } from '../viewer.tsx';
import { USER_COLUMNS, type User } from './users-view.tsx';
import { ROLES, type RoleName } from './words.ts';

/** One person, with what an admin may do. Nobody does it to himself. */
export function UserRow({ user }: { user: User }) {
  const trpc = useTRPC();
  const { email } = useViewer();
  const [open, setOpen] = useState<'role' | 'disable' | null>(null);
  const close = () => setOpen(null);
  const role = useAct(trpc.users.setRole.mutationOptions(), close);
  const status = useAct(trpc.users.setStatus.mutationOptions(), close);
  const isDisabled = user.status !== 'ACTIVE';
  return (
    <Row columns={USER_COLUMNS}>
      <span className="min-w-0 grow basis-full desk:basis-auto">
        <b className="font-semibold">{user.name}</b> {user.email === email ? <Badge>you</Badge> : null}
        <span className="block truncate text-text-2">{user.email}</span>
      </span>
      <span>{user.role}</span>
      <span>
        {isDisabled ? <Badge tone="loss">Disabled</Badge> : <Badge tone="accent">Active</Badge>}
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
      {user.email === email ? (
        <span className="w-[176px] max-desk:hidden" />
      ) : (
        <span className="flex gap-2 desk:w-[176px] desk:justify-end">
          <Button aria-label={`Change the role of ${user.name}`} onClick={() => setOpen('role')}>
            Role…
          </Button>
          {isDisabled ? (
            <Button
              aria-label={`Enable ${user.name}`}
              disabled={status.busy}
              onClick={() => void status.run({ id: user.id, status: 'ACTIVE' })}
            >
              Enable
            </Button>
          ) : (
            <Button look="danger" aria-label={`Disable ${user.name}`} onClick={() => setOpen('disable')}>
              Disable…
            </Button>
          )}
        </span>
      )}
      {open === null && status.problem ? (
        <span className="col-span-full">
          <Problem text={status.problem} />
        </span>
      ) : null}
      {open === 'role' ? (
        <FormDialog
          title={`Role of ${user.name}`}
          description={`${count(user.sessions, 'session')} of ${user.name} end, and the new role counts from the next log-in.`}
          act="Change the role"
          busy={role.busy}
          problem={role.problem}
          onClose={close}
          onSubmit={(form) => void role.run({ id: user.id, role: textOf(form, 'role') as RoleName })}
        >
          <Select label="Role" name="role" choices={ROLES} defaultValue={user.role} />
        </FormDialog>
      ) : null}
      {open === 'disable' ? (
        <FormDialog
          title={`Disable ${user.name}`}
          description={`${count(user.sessions, 'session')} end at once and no log-in succeeds. On ${count(user.accounts, 'account')} no entry is taken and resting ones are withdrawn; ${count(user.openTrades, 'open trade')} go on to their exits.`}
          act={`Disable ${user.name}`}
          danger
          busy={status.busy}
          problem={status.problem}
          onClose={close}
          onSubmit={(form) =>
            void status.run({ id: user.id, status: 'DISABLED', reason: textOf(form, 'reason') })
          }
        >
          <Field
            label="Reason"
            name="reason"
            required
            maxLength={300}
            autoFocus
            hint="It stands in the audit log."
          />
        </FormDialog>
      ) : null}
    </Row>
  );
}
