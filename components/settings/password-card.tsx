'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { Form } from '../ui/form.tsx';
import { SaveRow } from '../ui/save-row.tsx';

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
      <Form
        key={said}
        className="grid gap-3 p-3.5"
        onSubmit={(form) =>
          void change.run({ current: String(form.get('current')), next: String(form.get('next')) })
        }
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
        <SaveRow act="Change the password" acting="Changing it" look="plain" doing={change} said={said} />
      </Form>
    </Card>
  );
}
