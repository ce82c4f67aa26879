'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';

/** A new password; it ends every other session. */
export function PasswordCard() {
  const trpc = useTRPC();
  const [said, setSaid] = useState<string | null>(null);
  const change = useAct(trpc.profile.changePassword.mutationOptions(), ({ sessionsEnded }) =>
    setSaid(
      `The new password counts. ${sessionsEnded === 0 ? 'No other session was open.' : `${count(sessionsEnded, 'other session')} ended.`}`,
    ),
  );
  return (
    <Card title="Password">
      <form
        key={said}
        className="grid gap-3 p-3.5"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          void change.run({ current: String(form.get('current')), next: String(form.get('next')) });
        }}
      >
        <Field
          label="Present password"
          name="current"
          type="password"
          autoComplete="current-password"
          required
          maxLength={200}
        />
        <Field
          label="New password"
          name="next"
          type="password"
          autoComplete="new-password"
          required
          minLength={10}
          maxLength={200}
          hint="At least 10 characters. Every other session ends."
        />
        <Problem text={change.problem} />
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" disabled={change.busy}>
            {change.busy ? 'Changing it' : 'Change the password'}
          </Button>
          <span role="status" className="text-gain">
            {said}
          </span>
        </div>
      </form>
    </Card>
  );
}
