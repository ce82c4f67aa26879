'use client';
import { useMutation } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { useTRPC } from './api.ts';
import { failureWords } from './failure-words.ts';
import { Field } from './ui/field.tsx';
import { FormDialog } from './ui/form-dialog.tsx';

type Ask = () => Promise<boolean>;

const Context = createContext<Ask>(async () => false);

/** Asks for the password once more; true when it was right. Acts that need it ask by themselves (useAct). */
export const useConfirm = (): Ask => useContext(Context);

/** Holds the one dialog that asks for the password before an act that needs it. */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const trpc = useTRPC();
  const [asked, setAsked] = useState(false);
  const answer = useRef<(given: boolean) => void>(undefined);
  const confirm = useMutation(trpc.profile.confirm.mutationOptions());
  const { reset } = confirm;
  const ask = useCallback<Ask>(() => {
    answer.current?.(false);
    reset();
    setAsked(true);
    return new Promise((resolve) => {
      answer.current = resolve;
    });
  }, [reset]);
  const finish = (given: boolean) => {
    setAsked(false);
    answer.current?.(given);
    answer.current = undefined;
  };
  return (
    <Context value={ask}>
      {children}
      {asked ? (
        <FormDialog
          title="Your password, once more"
          description="What you are about to do needs it. For ten minutes you will not be asked again."
          act="Confirm"
          doing={{ busy: confirm.isPending, problem: confirm.error && failureWords(confirm.error) }}
          onClose={() => finish(false)}
          onSubmit={(form) =>
            confirm.mutate({ password: String(form.get('password')) }, { onSuccess: () => finish(true) })
          }
        >
          <Field
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            autoFocus
            maxLength={200}
          />
        </FormDialog>
      ) : null}
    </Context>
  );
}
