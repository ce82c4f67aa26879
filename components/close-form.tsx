'use client';
import { decimalsOf, quantity } from './format.ts';
import type { Trade } from './trade-view.tsx';
import { cx } from './ui/cx.ts';
import { Field } from './ui/field.tsx';

export interface CloseChoice {
  /** Empty closes everything. */
  qty: string;
  /** Null is a market order. */
  limit: string | null;
}

interface Props {
  trade: Trade;
  choice: CloseChoice;
  onChange: (choice: CloseChoice) => void;
}

/** How much, and how. */
export function CloseForm({ trade, choice, onChange }: Props) {
  const isLimit = choice.limit !== null;
  const how = (limit: string | null, name: string) => (
    <button
      type="button"
      aria-pressed={isLimit === (limit !== null)}
      onClick={() => onChange({ ...choice, limit })}
      className={cx(
        'h-9 flex-1 border-r border-line px-3 last:border-0',
        isLimit === (limit !== null) ? 'bg-raised font-medium' : 'text-text-2',
      )}
    >
      {name}
    </button>
  );
  return (
    <div className="mt-4 grid gap-3">
      <Field
        label="Quantity"
        inputMode="decimal"
        value={choice.qty}
        placeholder={`all, ${quantity(trade.openQty)}`}
        hint={`Leave it empty to close everything. In steps of ${quantity(trade.lotSize)}.`}
        onChange={(event) => onChange({ ...choice, qty: event.target.value.trim() })}
      />
      <fieldset className="flex overflow-hidden rounded-[7px] border border-line-strong">
        <legend className="sr-only">Order</legend>
        {how(null, 'At market')}
        {how('', 'At a limit')}
      </fieldset>
      {isLimit ? (
        <Field
          label="Limit price"
          inputMode="decimal"
          value={choice.limit ?? ''}
          hint={`${trade.direction === 'LONG' ? 'At least' : 'At most'} this price; it rests until it fills. ${decimalsOf(trade.tickSize)} decimals.`}
          onChange={(event) => onChange({ ...choice, limit: event.target.value.trim() })}
        />
      ) : null}
    </div>
  );
}
