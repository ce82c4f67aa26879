'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from './api.ts';
import { Button } from './ui/button.tsx';

/** Takes back a close by hand that has not traded yet. */
export function WithdrawExit({ tradeId }: { tradeId: string }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const withdraw = useMutation(
    trpc.trades.withdrawExit.mutationOptions({ onSuccess: () => queries.invalidateQueries() }),
  );
  return (
    <>
      {withdraw.isError ? (
        <span role="alert" className="text-loss">
          {withdraw.error.message}
        </span>
      ) : null}
      <Button disabled={withdraw.isPending} onClick={() => withdraw.mutate({ id: tradeId })}>
        {withdraw.isPending ? 'Taking it back' : 'Take the close back'}
      </Button>
    </>
  );
}
