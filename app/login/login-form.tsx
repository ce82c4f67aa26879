'use client';
import { signIn } from 'next-auth/react';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { CodeFields, PasswordFields } from './login-fields.tsx';

const SENTENCES: Record<string, string> = {
  WRONG: 'This e-mail and password do not belong together.',
  LOCKED: 'Too many wrong attempts. Logging in is locked for 15 minutes.',
  SLOW_DOWN: 'Too many attempts from this address. Try again in 5 minutes.',
  CODE_WRONG: 'This code does not fit, or was used already. Wait for the next one, or use a recovery code.',
};

const UNREACHABLE = 'The server could not answer. Nothing has changed; try again.';

type Given = { email: string; password: string };

const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '');

/**
 * E-mail and password, then the code of a second factor where there is one; what went wrong is said in a sentence and
 * read aloud. Between the steps the password stays in this form alone.
 */
export function LoginForm({ next }: { next: string }) {
  const [first, setFirst] = useState<Given | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const given = first ?? { email: textOf(form, 'email'), password: textOf(form, 'password') };
    setBusy(true);
    setProblem(null);
    const asked = { ...given, code: textOf(form, 'code'), redirect: false } as const;
    const answer = await signIn('credentials', asked).catch(() => undefined);
    if (answer?.ok && !answer.error) {
      window.location.assign(next);
      return;
    }
    setBusy(false);
    if (answer?.error === 'CODE_NEEDED') setFirst(given);
    else setProblem(SENTENCES[answer?.error ?? ''] ?? UNREACHABLE);
  };

  const startAgain = () => {
    setFirst(null);
    setProblem(null);
  };

  return (
    <form onSubmit={submit} className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5">
      {first ? <CodeFields /> : <PasswordFields />}
      <p role="alert" className="min-h-5 text-loss empty:hidden">
        {problem}
      </p>
      <Button type="submit" look="primary" disabled={busy}>
        {busy ? 'Logging in' : 'Log in'}
      </Button>
      {first ? <Button onClick={startAgain}>Use another account</Button> : null}
    </form>
  );
}
