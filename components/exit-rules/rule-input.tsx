'use client';
import { useId } from 'react';
import { type RuleField, shownRule } from './rule-fields.ts';
import type { Holding } from './rules-editor.tsx';

const LAYER_WORDS: Record<string, string> = {
  ASSET_CLASS: 'default',
  STRATEGY: 'strategy',
  SUBSCRIPTION: 'this account',
  TRADE: 'this trade',
};
const CLASS_WORDS: Record<string, string> = { CRYPTO: 'crypto', EQUITY: 'equities', OPTION: 'options' };

/** "2.5 % (default)"; per asset class only where they differ. */
function holdsText(field: RuleField, holdings: readonly Holding[]): string {
  const said = holdings.map(({ assetClass, rules, layers }) => ({
    text: `${shownRule(field, rules[field.key]) || 'off'} (${LAYER_WORDS[layers[field.key] ?? ''] ?? 'default'})`,
    assetClass,
  }));
  const [first] = said;
  if (!first) return '';
  if (said.every((one) => one.text === first.text)) return first.text;
  return said.map((one) => `${CLASS_WORDS[one.assetClass] ?? one.assetClass} ${one.text}`).join(', ');
}

interface Props {
  field: RuleField;
  text: string;
  holdings: readonly Holding[];
  complete: boolean;
  onChange: (text: string) => void;
}

/** One rule: its name, what holds and who set it, and what this layer says. */
export function RuleInput({ field, text, holdings, complete, onChange }: Props) {
  const id = useId();
  const holds = complete ? null : holdsText(field, holdings);
  const look = 'h-8 w-full rounded-[7px] border border-line-strong bg-surface px-2';
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_130px] items-center gap-x-3 border-t border-line px-3.5 py-1.5 desk:grid-cols-[minmax(0,1fr)_minmax(0,260px)_150px]">
      <span className="min-w-0">
        <label htmlFor={id}>{field.name}</label>
        {field.hint ? (
          <span id={`${id}-hint`} className="block text-text-3 text-xs">
            {field.hint}
          </span>
        ) : null}
        {holds ? <span className="block text-text-2 text-xs desk:hidden">Holds: {holds}</span> : null}
      </span>
      <span id={`${id}-holds`} className="hidden text-right text-text-2 desk:block">
        {holds}
      </span>
      {field.kind === 'yes' ? (
        <select
          id={id}
          aria-describedby={`${id}-holds`}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          className={look}
        >
          {complete ? null : <option value="">inherit</option>}
          <option value="yes">yes</option>
          <option value="no">no</option>
        </select>
      ) : (
        <span className="flex items-center gap-1.5">
          <input
            id={id}
            aria-describedby={field.hint ? `${id}-hint ${id}-holds` : `${id}-holds`}
            value={text}
            inputMode={field.off ? 'text' : 'decimal'}
            maxLength={120}
            required={complete}
            placeholder={field.off ? 'inherit or off' : 'inherit'}
            onChange={(event) => onChange(event.target.value)}
            className={`${look} text-right placeholder:text-text-3`}
          />
          {field.unit ? <span className="w-9 shrink-0 text-text-3 text-xs">{field.unit}</span> : null}
        </span>
      )}
    </div>
  );
}
