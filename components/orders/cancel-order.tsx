'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { newActKey } from '../act-key.ts';
import { useTRPC } from '../api.ts';
import { decimalsOf, isZero, price, quantity } from '../format.ts';
import { KeyedAct, useAfterAct } from '../keyed-act.tsx';
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
  const [key] = useState(newActKey);
  const cancel = useMutation(trpc.orders.cancel.mutationOptions(useAfterAct(onDone)));
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
      <KeyedAct
        asked={cancel}
        act={`Cancel ${quantity(order.qty)} ${order.symbol}`}
        leave="Leave it working"
        untouched="Nothing was changed."
        again="it cancels once"
        onAct={() => cancel.mutate({ id: order.id, key })}
        onLeave={onDone}
      />
    </Dialog>
  );
}
