'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import type { Outputs } from '../outputs.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { textOf } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { Select } from '../ui/select.tsx';
import type { Source } from './source-card.tsx';
import { TestResult } from './test-result.tsx';

const ACTS = [
  { value: 'long', name: 'Open long' },
  { value: 'short', name: 'Open short' },
  { value: 'exit', name: 'Close' },
] as const;

interface Props {
  sources: readonly Source[];
  followers: number;
}

/** Sends an alert from here, as a dry run or for real on paper, and shows what each account makes of it. */
export function TestAlert({ sources, followers }: Props) {
  const trpc = useTRPC();
  const [answer, setAnswer] = useState<Outputs['testAlerts']['send'] | null>(null);
  const send = useAct(trpc.testAlerts.send.mutationOptions(), setAnswer);
  const active = sources.filter((source) => source.status === 'ACTIVE');
  if (active.length === 0) return null;
  const submit = (form: FormData, dryRun: boolean) => {
    setAnswer(null);
    void send.run({ sourceId: textOf(form, 'source'), body: bodyOf(form), dryRun });
  };
  return (
    <Card title="Try it">
      <form
        className="grid gap-3 p-3.5"
        onSubmit={(event) => {
          event.preventDefault();
          const by = (event.nativeEvent as SubmitEvent).submitter as HTMLButtonElement | null;
          submit(new FormData(event.currentTarget), by?.value !== 'real');
        }}
      >
        {active.length > 1 ? (
          <Select
            label="Webhook"
            name="source"
            choices={active.map((source) => ({ value: source.id, name: source.name }))}
          />
        ) : (
          <input type="hidden" name="source" value={active[0]?.id} />
        )}
        <div className="grid grid-cols-2 gap-3 desk:grid-cols-5">
          <Field label="Symbol" name="symbol" required maxLength={40} defaultValue="BTC-USD" />
          <Select label="Alert" name="act" choices={ACTS} />
          <Field
            label="Price"
            name="price"
            inputMode="decimal"
            placeholder="none"
            pattern="\d+(\.\d+)?"
            title="A number such as 101.25"
          />
          <Field
            label="Stop"
            name="stop"
            inputMode="decimal"
            placeholder="by the rules"
            pattern="\d+(\.\d+)?"
            title="A number such as 99.5"
          />
          <Field
            label="Target"
            name="target"
            inputMode="decimal"
            placeholder="by the rules"
            pattern="\d+(\.\d+)?"
            title="A number such as 110"
          />
        </div>
        <p className="text-text-2">
          A dry run checks everything and stores nothing. A test alert is a real one:{' '}
          {followers === 0
            ? 'no account of yours follows this strategy, so it would trade nowhere.'
            : `${count(followers, 'account')} of yours ${followers === 1 ? 'trades' : 'trade'} it on paper.`}
        </p>
        <Problem text={send.problem} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" value="dry" disabled={send.busy}>
            Dry run
          </Button>
          <Button type="submit" value="real" look="primary" disabled={send.busy}>
            {send.busy ? 'Sending' : 'Send a test alert'}
          </Button>
        </div>
      </form>
      {answer ? <TestResult answer={answer} /> : null}
    </Card>
  );
}

/** The alert as TradingView would send it. Its key is the moment, so that a second press is a second alert. */
function bodyOf(form: FormData): string {
  const act = textOf(form, 'act');
  const fields: Record<string, string> = {
    symbol: textOf(form, 'symbol'),
    ...(act === 'exit' ? { action: 'exit' } : { action: 'entry', direction: act }),
    key: `test-${new Date().toISOString()}`,
    source: 'test',
  };
  for (const name of ['price', 'stop', 'target']) {
    const value = textOf(form, name);
    if (value) fields[name] = value;
  }
  return JSON.stringify(fields);
}
