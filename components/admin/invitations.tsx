'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import type { Outputs } from '../outputs.ts';
import { Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { textOf, wholeOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Item } from '../ui/item.tsx';
import { Problem } from '../ui/problem.tsx';
import { Select } from '../ui/select.tsx';
import { Bar } from '../ui/shape.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { ROLES, type RoleName } from './words.ts';

type Invitation = Outputs['invitations']['list'][number];

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
        <ShownOnce
          className="m-3.5"
          title="The invitation."
          what="the invitation"
          text={link}
          onGone={() => setLink(null)}
        >
          Send this link yourself. It is shown now and never again, and counts once.
        </ShownOnce>
      ) : null}
      {query.data ? null : <Bar className="m-3.5 h-10" />}
      {query.data?.length === 0 && !link ? (
        <p className="p-3.5 text-text-2">
          Nobody is invited. An invitation is a link that makes one user, once.
        </p>
      ) : null}
      <ul aria-label="Invitations">
        {(query.data ?? []).map((one) => (
          <Invited key={one.id} invitation={one} />
        ))}
      </ul>
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

function Invited({ invitation }: { invitation: Invitation }) {
  const trpc = useTRPC();
  const revoke = useAct(trpc.invitations.revoke.mutationOptions());
  const { id, email, state } = invitation;
  const isOpen = state === 'OPEN';
  return (
    <Item
      name={email}
      badge={<Badge tone={STATES[state]?.tone}>{STATES[state]?.word}</Badge>}
      about={
        <>
          as {invitation.role}, by {invitation.by} <Time at={invitation.createdAt} />
          {isOpen ? (
            <>
              , until <Time at={invitation.expiresAt} />
            </>
          ) : null}
          <Problem text={revoke.problem} />
        </>
      }
    >
      {isOpen ? (
        <Button
          look="danger"
          aria-label={`End the invitation of ${email}`}
          disabled={revoke.busy}
          onClick={() => void revoke.run({ id })}
        >
          End
        </Button>
      ) : null}
    </Item>
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
      doing={create}
      onClose={onClose}
      onSubmit={(form) =>
        void create.run({
          email: textOf(form, 'email'),
          role: textOf(form, 'role') as RoleName,
          hours: wholeOf(form, 'hours'),
        })
      }
    >
      <Field label="E-mail" name="email" type="email" required maxLength={200} autoFocus />
      <Select label="Role" name="role" choices={ROLES} defaultValue="user" />
      <Select label="It counts for" name="hours" choices={SPANS} defaultValue="72" />
    </FormDialog>
  );
}
