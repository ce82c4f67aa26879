'use client';
import { signIn } from 'next-auth/react';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { Field } from '../../components/ui/field.tsx';

const SENTENCES: Record<string, string> = {
  WRONG: 'This e-mail and password do not belong together.',
  LOCKED: 'Too many wrong passwords. Logging in is locked for 15 minutes.',
  SLOW_DOWN: 'Too many attempts from this address. Try again in 5 minutes.',
};

const UNREACHABLE = 'The server could not answer. Nothing has changed; try again.';

/** E-mail and password; what went wrong is said in a sentence and read aloud. */
export function LoginForm({ next }: { next: string }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    const answer = await signIn('credentials', {
      email: String(form.get('email')),
      password: String(form.get('password')),
      redirect: false,
    }).catch(() => undefined);
    if (answer?.ok && !answer.error) {
      window.location.assign(next);
      return;
    }
    setBusy(false);
    setProblem(SENTENCES[answer?.error ?? ''] ?? UNREACHABLE);
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5">
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        autoFocus
        maxLength={200}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={200}
      />
      <p role="alert" className="min-h-5 text-loss empty:hidden">
        {problem}
      </p>
      <Button type="submit" look="primary" disabled={busy}>
        {busy ? 'Logging in' : 'Log in'}
      </Button>
    </form>
  );
}
