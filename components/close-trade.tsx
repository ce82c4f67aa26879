'use client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { newActKey } from './act-key.ts';
import { useTRPC } from './api.ts';
import { type CloseChoice, CloseForm } from './close-form.tsx';
import { ClosePreview } from './close-preview.tsx';
import { quantity } from './format.ts';
import type { Trade } from './trade-view.tsx';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';

const ALL: CloseChoice = { qty: '', limit: null };

/** A decimal that is still being typed is not asked about. */
const ready = (text: string) => /^\d+(\.\d+)?$/.test(text) && /[1-9]/.test(text);

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
  const queries = useQueryClient();
  const [choice, setChoice] = useState(ALL);
  // one key per dialog: pressing twice, or a lost answer and another press, closes once
  const [key] = useState(newActKey);
  const input = {
    id: trade.id,
    qty: ready(choice.qty) ? choice.qty : null,
    limitPrice: choice.limit !== null && ready(choice.limit) ? choice.limit : null,
  };
  const complete = (choice.qty === '' || ready(choice.qty)) && (choice.limit === null || ready(choice.limit));
  const preview = useQuery(
    trpc.trades.previewClose.queryOptions(input, {
      refetchInterval: 1_000,
      placeholderData: keepPreviousData,
    }),
  );
  const close = useMutation(
    trpc.trades.close.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries();
        onDone();
      },
    }),
  );
  const entering = isEntering(trade);
  const wanted = preview.data && !preview.data.problem && preview.data.live;
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
      <ClosePreview
        preview={complete ? preview.data : undefined}
        limit={input.limitPrice}
        tickSize={trade.tickSize}
      />
      {close.isError ? (
        <p role="alert" className="mt-3 text-loss">
          {close.error.data
            ? `${close.error.message} Nothing was sent.`
            : 'The answer was lost. Pressing again is safe: it closes once.'}
        </p>
      ) : null}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onDone}>{entering ? 'Leave it working' : 'Keep it open'}</Button>
        <Button
          look="primary"
          disabled={!complete || !wanted || close.isPending}
          onClick={() => close.mutate({ ...input, key })}
        >
          {close.isPending ? 'Asking' : actWords(trade, input.qty)}
        </Button>
      </div>
    </Dialog>
  );
}

function actWords(trade: Trade, qty: string | null): string {
  if (isEntering(trade)) return `Withdraw ${quantity(trade.wantedQty)} ${trade.symbol}`;
  return `Close ${quantity(qty ?? trade.openQty)} ${trade.symbol}`;
}
