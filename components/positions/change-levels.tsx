'use client';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { newActKey } from '../act-key.ts';
import { useTRPC } from '../api.ts';
import { decimalsOf, price } from '../format.ts';
import { KeyedAct, useAfterAct } from '../keyed-act.tsx';
import type { Trade } from '../trade-view.tsx';
import { isAmount } from '../typed-number.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Said } from '../ui/said.tsx';
import { LevelsPreview } from './levels-preview.tsx';

const complete = (text: string) => text === '' || isAmount(text);

/** Change stop and target: what they would bring is said in money before they hold. */
export function ChangeLevels({ trade }: { trade: Trade }) {
  const [open, setOpen] = useState(false);
  if (trade.status !== 'OPEN' && trade.status !== 'EXITING') return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>Change stop and target…</Button>
      {open ? <LevelsDialog trade={trade} onDone={() => setOpen(false)} /> : null}
    </>
  );
}

/** A price of the trade's own, as it is typed; empty where its rules decide. */
const typed = (value: string | null, decimals: number): string =>
  value === null ? '' : price(value, decimals).replaceAll(',', '');

/** What holds while the field is empty. */
function ruleWords(trade: Trade, kind: 'stop' | 'target'): string {
  const level = trade.levels.find((one) => one.kind === kind)?.price;
  return level ? `by its rules, now ${price(level, decimalsOf(trade.tickSize))}` : 'none, by its rules';
}

function LevelsDialog({ trade, onDone }: { trade: Trade; onDone: () => void }) {
  const trpc = useTRPC();
  const decimals = decimalsOf(trade.tickSize);
  const [stop, setStop] = useState(typed(trade.ownStop, decimals));
  const [target, setTarget] = useState(typed(trade.ownTarget, decimals));
  const ready = complete(stop) && complete(target);
  const input = { id: trade.id, stop: ready && stop ? stop : null, target: ready && target ? target : null };
  const preview = useQuery(
    trpc.positions.previewLevels.queryOptions(input, {
      refetchInterval: 1_000,
      placeholderData: keepPreviousData,
    }),
  );
  // one key per dialog: pressing twice changes them once
  const [key] = useState(newActKey);
  const change = useMutation(trpc.positions.setLevels.mutationOptions(useAfterAct(onDone)));
  const possible = ready && preview.data !== undefined && preview.data.problem === null;
  return (
    <Dialog
      open
      onOpenChange={(stays) => !stays && onDone()}
      title={`Stop and target of ${trade.symbol} on ${trade.account}`}
      description="They hold at once. A field left empty is decided by the trade’s rules."
    >
      <div className="mt-4 grid grid-cols-2 gap-3">
        <Field
          label="Stop price"
          inputMode="decimal"
          value={stop}
          placeholder={ruleWords(trade, 'stop')}
          onChange={(event) => setStop(event.target.value.trim())}
        />
        <Field
          label="Target price"
          inputMode="decimal"
          value={target}
          placeholder={ruleWords(trade, 'target')}
          onChange={(event) => setTarget(event.target.value.trim())}
        />
      </div>
      {ready ? (
        <LevelsPreview preview={preview.data} tickSize={trade.tickSize} />
      ) : (
        <Said>A price is a number above 0 such as 101.25, or empty.</Said>
      )}
      <KeyedAct
        asked={change}
        act="Set stop and target"
        leave="Leave them"
        untouched="Nothing was changed."
        again="it changes them once"
        possible={possible}
        onAct={() => change.mutate({ ...input, key })}
        onLeave={onDone}
      />
    </Dialog>
  );
}
