'use client';
import { useState } from 'react';
import type { ExitRules, ExitRulesLayer } from '#server/pipeline/7-exit/exit-rules.ts';
import { Button } from '../ui/button.tsx';
import { Form } from '../ui/form.tsx';
import { Problem } from '../ui/problem.tsx';
import { RULE_FIELDS, RULE_GROUPS, type RuleField, readRules, writtenRule } from './rule-fields.ts';
import { RuleInput } from './rule-input.tsx';

/** What holds for one asset class, with the layer of each number. */
export interface Holding {
  assetClass: string;
  rules: ExitRules;
  layers: Readonly<Record<string, string>>;
}

interface Props {
  /** What this layer sets. */
  own: ExitRulesLayer;
  holdings: readonly Holding[];
  /** Nothing lies under this layer: its numbers cannot be left empty. */
  complete?: boolean;
  busy: boolean;
  problem: string | null;
  onSave: (rules: ExitRulesLayer) => Promise<boolean>;
}

const textsOf = (own: ExitRulesLayer): Record<string, string> =>
  Object.fromEntries(RULE_FIELDS.map((field) => [field.key, writtenRule(field, own[field.key])]));

/** Exit rules of one layer: what holds and who set it beside what is set here. */
export function RulesEditor({ own, holdings, complete = false, busy, problem, onSave }: Props) {
  const [texts, setTexts] = useState(() => textsOf(own));
  const [wrong, setWrong] = useState<string | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const set = (field: RuleField, text: string) => {
    setTexts({ ...texts, [field.key]: text });
    setWrong(null);
    setSaid(null);
  };
  const save = async () => {
    const read = readRules(texts);
    if (!read.ok) return setWrong(read.problem);
    setWrong(null);
    if (await onSave(read.rules)) setSaid('Saved. Open trades follow at once.');
  };
  return (
    <Form onSubmit={() => void save()}>
      {RULE_GROUPS.map((group) => (
        <fieldset key={group.name} className="border-b border-line">
          <legend className="sr-only">{group.name}</legend>
          <p aria-hidden className="bg-raised px-3.5 py-1.5 text-text-2 text-xs">
            {group.name}
          </p>
          {group.fields.map((field) => (
            <RuleInput
              key={field.key}
              field={field}
              text={texts[field.key] ?? ''}
              holdings={holdings}
              complete={complete}
              onChange={(text) => set(field, text)}
            />
          ))}
        </fieldset>
      ))}
      <div className="sticky bottom-14 flex flex-wrap items-center gap-3 rounded-b-lg bg-surface p-3.5 desk:bottom-0">
        <Button type="submit" look="primary" disabled={busy}>
          {busy ? 'Saving' : 'Save the rules'}
        </Button>
        <Problem text={wrong ?? problem} />
        <span role="status" className="text-gain">
          {said}
        </span>
      </div>
    </Form>
  );
}
