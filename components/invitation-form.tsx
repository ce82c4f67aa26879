'use client';
import { createTRPCClient, httpLink } from '@trpc/client';
import { useState } from 'react';
import superjson from 'superjson';
import type { Api } from '#server/api/root.ts';
import { failureWords } from './failure-words.ts';
import { Button } from './ui/button.tsx';
import { Field } from './ui/field.tsx';
import { Form, textOf } from './ui/form.tsx';
import { Problem } from './ui/problem.tsx';

/** Nobody is logged in here: the page has no providers, and asks once. */
const client = createTRPCClient<Api>({ links: [httpLink({ url: '/api/trpc', transformer: superjson })] });

/** Name and password of a new user; the time zone is the browser's, and can be changed later. */
export function InvitationForm({ token, email, role }: { token: string; email: string; role: string }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (form: FormData) => {
    const password = String(form.get('password'));
    if (password !== String(form.get('again'))) return setProblem('The two passwords differ.');
    setBusy(true);
    setProblem(null);
    try {
      await client.invitations.accept.mutate({
        token,
        name: textOf(form, 'name'),
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
        password,
      });
      window.location.assign('/login?next=/start');
    } catch (error) {
      setProblem(failureWords(error, 'The answer was lost: try to log in before you try again.'));
      setBusy(false);
    }
  };
  return (
    <Form onSubmit={submit} className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5">
      <p>
        You are invited as <b>{role}</b>, with the e-mail <b>{email}</b>.
      </p>
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field label="Your name" name="name" required maxLength={80} autoComplete="name" autoFocus />
      <Field
        label="Password"
        name="password"
        type="password"
        required
        minLength={10}
        maxLength={200}
        autoComplete="new-password"
        hint="At least 10 characters."
      />
      <Field
        label="Password, once more"
        name="again"
        type="password"
        required
        minLength={10}
        maxLength={200}
        autoComplete="new-password"
      />
      <Problem text={problem} />
      <Button type="submit" look="primary" disabled={busy}>
        {busy ? 'Making your log-in' : 'Accept the invitation'}
      </Button>
    </Form>
  );
}
