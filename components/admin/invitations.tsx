'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { Field } from '../ui/field.tsx';
import { FormDialog, textOf } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { Select } from '../ui/select.tsx';
import { ROLES, type RoleName } from './words.ts';

const STATES: Record<string, { word: string; tone: Tone }> = {
  OPEN: { word: 'open', tone: 'accent' },
  ACCEPTED: { word: 'accepted', tone: 'gain' },
  REVOKED: { word: 'ended', tone: 'plain' },
  EXPIRED: { word: 'run out', tone: 'warn' },
};

const SPANS = [
  { value: '24', name: 'A day' },
  { value: '72', name: 'Three days' },
  { value: '168', name: 'A week' },
] as const;

/** Who is invited, and what became of it. */
export function Invitations() {
  const trpc = useTRPC();
  const query = useQuery(trpc.invitations.list.queryOptions(undefined, { refetchInterval: 30_000 }));
  const [open, setOpen] = useState(false);
  const [link, setLink] = useState<string | null>(null);
  const revoke = useAct(trpc.invitations.revoke.mutationOptions());
  if (query.isError && !query.data) {
    return (
      <Failed
        what="Invitations could not be loaded"
        stillTrue="Open ones can be accepted all the same."
        retry={() => void query.refetch()}
      />
    );
  }
  return (
    <Card title="Invitations" aside={<Button onClick={() => setOpen(true)}>Invite somebody…</Button>}>
      {link ? (
        <div role="status" className="m-3.5 grid gap-2 rounded-lg border border-accent bg-accent-soft p-3">
          <p>
            <b>The invitation.</b> Send this link yourself. It is shown now and never again, and counts once.
          </p>
          <CopyText text={link} what="the invitation" />
          <Button className="justify-self-start" onClick={() => setLink(null)}>
            I have it
          </Button>
        </div>
      ) : null}
      {query.data?.length === 0 && !link ? (
        <p className="p-3.5 text-text-2">
          Nobody is invited. An invitation is a link that makes one user, once.
        </p>
      ) : null}
      <ul aria-label="Invitations">
        {(query.data ?? []).map((one) => (
          <li
            key={one.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-2.5 last:border-0"
          >
            <span className="min-w-0 grow">
              <b className="font-medium">{one.email}</b>{' '}
              <Badge tone={STATES[one.state]?.tone}>{STATES[one.state]?.word}</Badge>
              <span className="block text-text-2">
                as {one.role}, by {one.by} <Time at={one.createdAt} />
                {one.state === 'OPEN' ? (
                  <>
                    , until <Time at={one.expiresAt} />
                  </>
                ) : null}
              </span>
            </span>
            {one.state === 'OPEN' ? (
              <Button
                look="danger"
                aria-label={`End the invitation of ${one.email}`}
                disabled={revoke.busy}
                onClick={() => void revoke.run({ id: one.id })}
              >
                End
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <Problem text={revoke.problem} />
      {open ? (
        <Invite
          onClose={() => setOpen(false)}
          onPath={(path) => {
            setLink(`${window.location.origin}${path}`);
            setOpen(false);
          }}
        />
      ) : null}
    </Card>
  );
}

function Invite({ onPath, onClose }: { onPath: (path: string) => void; onClose: () => void }) {
  const trpc = useTRPC();
  const create = useAct(trpc.invitations.create.mutationOptions(), ({ path }) => onPath(path));
  return (
    <FormDialog
      title="Invite somebody"
      description="The link lets its holder choose a name and a password. You send it yourself."
      act="Make the invitation"
      busy={create.busy}
      problem={create.problem}
      onClose={onClose}
      onSubmit={(form) =>
        void create.run({
          email: textOf(form, 'email'),
          role: textOf(form, 'role') as RoleName,
          hours: Number(textOf(form, 'hours')),
        })
      }
    >
      <Field label="E-mail" name="email" type="email" required maxLength={200} autoFocus />
      <Select label="Role" name="role" choices={ROLES} defaultValue="user" />
      <Select label="It counts for" name="hours" choices={SPANS} defaultValue="72" />
    </FormDialog>
  );
}
