'use client';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { newActKey } from './act-key.ts';
import { useTRPC } from './api.ts';
import { type CloseChoice, CloseForm } from './close-form.tsx';
import { ClosePreview } from './close-preview.tsx';
import { quantity } from './format.ts';
import { KeyedAct, useAfterAct } from './keyed-act.tsx';
import type { Trade } from './trade-view.tsx';
import { isAmount } from './typed-number.ts';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Said } from './ui/said.tsx';

const ALL: CloseChoice = { qty: '', limit: null };

/** Close a trade, all or part: what will happen is said in numbers before the button that does it. */
export function CloseTrade({ trade }: { trade: Trade }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        {isEntering(trade) ? 'Withdraw the entry…' : 'Close…'}
      </Button>
      {open ? <CloseDialog trade={trade} onDone={() => setOpen(false)} /> : null}
    </>
  );
}

/** Nothing is filled yet: closing takes the entry order back. */
const isEntering = (trade: Trade) => trade.status === 'CREATED' || trade.status === 'ENTERING';

function CloseDialog({ trade, onDone }: { trade: Trade; onDone: () => void }) {
  const trpc = useTRPC();
  const [choice, setChoice] = useState(ALL);
  // one key per dialog: pressing twice, or a lost answer and another press, closes once
  const [key] = useState(newActKey);
  const input = {
    id: trade.id,
    qty: isAmount(choice.qty) ? choice.qty : null,
    limitPrice: choice.limit !== null && isAmount(choice.limit) ? choice.limit : null,
  };
  const missing = missingOf(choice);
  const preview = useQuery(
    trpc.trades.previewClose.queryOptions(input, {
      refetchInterval: 1_000,
      placeholderData: keepPreviousData,
    }),
  );
  const close = useMutation(trpc.trades.close.mutationOptions(useAfterAct(onDone)));
  const entering = isEntering(trade);
  const wanted = preview.data !== undefined && !preview.data.problem && preview.data.live;
  return (
    <Dialog
      open
      onOpenChange={(stays) => !stays && onDone()}
      title={`${entering ? 'Withdraw' : 'Close'} ${trade.symbol} on ${trade.account}`}
      description={
        entering
          ? `An entry order for ${quantity(trade.wantedQty)} is working; nothing is filled yet.`
          : `${quantity(trade.openQty)} ${trade.direction === 'LONG' ? 'long' : 'short'} is open.`
      }
    >
      {entering ? null : <CloseForm trade={trade} choice={choice} onChange={setChoice} />}
      {missing ? (
        <Said>{missing}</Said>
      ) : (
        <ClosePreview preview={preview.data} limit={input.limitPrice} tickSize={trade.tickSize} />
      )}
      <KeyedAct
        asked={close}
        act={actWords(trade, input.qty)}
        leave={entering ? 'Leave it working' : 'Keep it open'}
        untouched="Nothing was sent."
        again="it closes once"
        possible={missing === null && wanted}
        onAct={() => close.mutate({ ...input, key })}
        onLeave={onDone}
      />
    </Dialog>
  );
}

/** What is still to be typed, in a sentence; null when everything is there. */
function missingOf({ qty, limit }: CloseChoice): string | null {
  if (qty !== '' && !isAmount(qty))
    return 'The quantity is a number above 0 such as 0.5, or empty to close everything.';
  if (limit !== null && !isAmount(limit)) return 'The limit price is a number above 0 such as 101.25.';
  return null;
}

function actWords(trade: Trade, qty: string | null): string {
  if (isEntering(trade)) return `Withdraw ${quantity(trade.wantedQty)} ${trade.symbol}`;
  return `Close ${quantity(qty ?? trade.openQty)} ${trade.symbol}`;
}
