'use client';
import { useAct } from './act.ts';
import { useTRPC } from './api.ts';
import { Button } from './ui/button.tsx';
import { Problem } from './ui/problem.tsx';

/** Takes back a close by hand that has not traded yet. */
export function WithdrawExit({ tradeId }: { tradeId: string }) {
  const trpc = useTRPC();
  const withdraw = useAct(trpc.trades.withdrawExit.mutationOptions());
  return (
    <>
      <Problem text={withdraw.problem} />
      <Button disabled={withdraw.busy} onClick={() => void withdraw.run({ id: tradeId })}>
        {withdraw.busy ? 'Taking it back' : 'Take the close back'}
      </Button>
    </>
  );
}
