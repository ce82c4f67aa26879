'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../api.ts';
import { decimalsOf, price } from '../format.ts';
import type { Trade } from '../trade-view.tsx';
import { isAmount } from '../typed-number.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Said } from '../ui/said.tsx';
import { LevelsPreview } from './levels-preview.tsx';
import { useSetLevels } from './use-set-levels.ts';

interface Levels {
  stop: string | null;
  target: string | null;
}

/** A price that is still being typed is not asked about. */
const complete = (text: string) => text === '' || isAmount(text);

/** A price of the trade's own, as it is typed; empty where its rules decide. */
const typed = (value: string | null, decimals: number): string =>
  value === null ? '' : price(value, decimals).replaceAll(',', '');

/** What holds while the field is empty. */
function ruleWords(trade: Trade, kind: 'stop' | 'target'): string {
  const { [kind]: level, ownStop, ownTarget } = trade.standing;
  if ((kind === 'stop' ? ownStop : ownTarget) !== null) return 'by its rules';
  return level ? `by its rules, now ${price(level, decimalsOf(trade.tickSize))}` : 'none, by its rules';
}

interface Props {
  trade: Trade;
  /** The levels to begin with; null leaves one to the rules. */
  wanted: Levels;
  /** What stood when they were decided on. */
  seen: Trade['standing'];
  onDone: () => void;
}

/** Asks before stop and target are set: what they would bring is said in money before they hold. */
export function LevelsDialog({ trade, wanted, seen, onDone }: Props) {
  const trpc = useTRPC();
  const decimals = decimalsOf(trade.tickSize);
  const [stop, setStop] = useState(typed(wanted.stop, decimals));
  const [target, setTarget] = useState(typed(wanted.target, decimals));
  const ready = complete(stop) && complete(target);
  const levels = { stop: ready && stop ? stop : null, target: ready && target ? target : null };
  const preview = useQuery(
    trpc.positions.previewLevels.queryOptions(
      { id: trade.id, ...levels },
      { refetchInterval: 1_000, placeholderData: keepPreviousData },
    ),
  );
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
        <LevelsPreview preview={preview.data} failed={preview.isError} trade={trade} />
      ) : (
        <Said>A price is a number above 0 such as 101.25, or empty.</Said>
      )}
      <Act
        trade={trade}
        seen={seen}
        levels={levels}
        possible={ready && preview.data !== undefined && preview.data.problem === null}
        onDone={onDone}
      />
    </Dialog>
  );
}

interface ActProps {
  trade: Trade;
  seen: Trade['standing'];
  levels: Levels;
  possible: boolean;
  onDone: () => void;
}

/** The act and its way out. */
function Act({ trade, seen, levels, possible, onDone }: ActProps) {
  const { set, goOn, moved, problem, isPending, isLost } = useSetLevels(trade, seen, onDone);
  const isOvertaken = moved.length > 0 && !isLost;
  return (
    <>
      {problem ? (
        <p role="alert" className="mt-3 text-loss">
          {problem}
        </p>
      ) : null}
      {isOvertaken ? (
        <div
          role="status"
          className="mt-3 flex flex-wrap items-center justify-between gap-2 rounded-lg border border-line border-l-[3px] border-l-warn px-3.5 py-2.5"
        >
          <span>Changed meanwhile: {moved.join(', ')}.</span>
          <Button onClick={goOn}>Go on from these</Button>
        </div>
      ) : null}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onDone}>Leave them</Button>
        <Button look="primary" disabled={!possible || isPending || isOvertaken} onClick={() => set(levels)}>
          {isPending ? 'Asking' : 'Set stop and target'}
        </Button>
      </div>
    </>
  );
}
