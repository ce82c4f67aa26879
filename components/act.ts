'use client';
import { type UseMutationOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { useState } from 'react';
import { useConfirm } from './confirm-password.tsx';
import { failureWords } from './failure-words.ts';

const needsPassword = (error: unknown): boolean =>
  error instanceof TRPCClientError && error.data?.code === 'PRECONDITION_FAILED';

/**
 * An act of a person: asks for the password where the act needs it, refetches what the page shows, and says what went wrong.
 * `run` answers what the act answered, or undefined when it was not done.
 */
export function useAct<Output, Failure, Input, Context>(
  options: UseMutationOptions<Output, Failure, Input, Context>,
  done?: (output: Output) => unknown,
) {
  const queries = useQueryClient();
  const confirm = useConfirm();
  const { mutateAsync } = useMutation(options);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const attempt = async (input: Input): Promise<Output> => {
    try {
      return await mutateAsync(input);
    } catch (error) {
      if (needsPassword(error) && (await confirm())) return mutateAsync(input);
      throw error;
    }
  };
  const run = async (input: Input): Promise<Output | undefined> => {
    setBusy(true);
    setProblem(null);
    try {
      const output = await attempt(input);
      await queries.invalidateQueries();
      done?.(output);
      return output;
    } catch (error) {
      setProblem(failureWords(error));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, problem };
}
