'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { newActKey } from '../act-key.ts';
import { useTRPC } from '../api.ts';
import { decimalsOf, isZero, price, quantity } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import type { Order } from './order-list.tsx';

/** Cancel an entry: what is withdrawn and what stays is said before. */
export function CancelOrder({ order }: { order: Order }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        Cancel the entry…
      </Button>
      {open ? <CancelDialog order={order} onDone={() => setOpen(false)} /> : null}
    </>
  );
}

function CancelDialog({ order, onDone }: { order: Order; onDone: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [key] = useState(newActKey);
  const cancel = useMutation(
    trpc.orders.cancel.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries();
        onDone();
      },
    }),
  );
  const verb = order.side === 'BUY' ? 'buy' : 'sell';
  const at = order.limitPrice ? ` at ${price(order.limitPrice, decimalsOf(order.tickSize))}` : '';
  return (
    <Dialog
      open
      onOpenChange={(stays) => !stays && onDone()}
      title={`Cancel the entry of ${order.symbol} on ${order.account}`}
      description={`The order to ${verb} ${quantity(order.qty)}${at} is withdrawn at the broker.`}
    >
      <p className="mt-4 rounded-lg bg-raised px-3.5 py-3">
        {isZero(order.filledQty)
          ? 'Nothing is filled: no position stays. What fills before the broker has withdrawn it stays open with its stop.'
          : `${quantity(order.filledQty)} are filled and stay open with their stop.`}
      </p>
      {cancel.isError ? (
        <p role="alert" className="mt-3 text-loss">
          {cancel.error.data
            ? `${cancel.error.message} Nothing was changed.`
            : 'The answer was lost. Pressing again is safe: it cancels once.'}
        </p>
      ) : null}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onDone}>Leave it working</Button>
        <Button
          look="primary"
          disabled={cancel.isPending}
          onClick={() => cancel.mutate({ id: order.id, key })}
        >
          {cancel.isPending ? 'Asking' : `Cancel ${quantity(order.qty)} ${order.symbol}`}
        </Button>
      </div>
    </Dialog>
  );
}
