'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import type { Outputs } from '../outputs.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field } from '../ui/field.tsx';
import { Form, textOf } from '../ui/form.tsx';
import { NumberField } from '../ui/number-field.tsx';
import { Problem } from '../ui/problem.tsx';
import { Select } from '../ui/select.tsx';
import { TestResult } from './test-result.tsx';
import type { Source } from './words.ts';

const ACTS = [
  { value: 'long', name: 'Open long' },
  { value: 'short', name: 'Open short' },
  { value: 'exit', name: 'Close' },
] as const;

const PRICES = [
  { name: 'price', label: 'Price', placeholder: 'none', title: 'A number such as 101.25' },
  { name: 'stop', label: 'Stop', placeholder: 'by the rules', title: 'A number such as 99.5' },
  { name: 'target', label: 'Target', placeholder: 'by the rules', title: 'A number such as 110' },
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
  const submit = (form: FormData, pressed: string) => {
    setAnswer(null);
    void send.run({ sourceId: textOf(form, 'source'), body: bodyOf(form), dryRun: pressed !== 'real' });
  };
  return (
    <Card title="Try it">
      <Form className="grid gap-3 p-3.5" onSubmit={submit}>
        <AlertFields sources={active} />
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
      </Form>
      {answer ? <TestResult answer={answer} /> : null}
    </Card>
  );
}

/** What the alert says, and to which webhook it goes. */
function AlertFields({ sources }: { sources: readonly Source[] }) {
  return (
    <>
      {sources.length > 1 ? (
        <Select
          label="Webhook"
          name="source"
          choices={sources.map((source) => ({ value: source.id, name: source.name }))}
        />
      ) : (
        <input type="hidden" name="source" value={sources[0]?.id} />
      )}
      <div className="grid grid-cols-2 gap-3 desk:grid-cols-5">
        <Field label="Symbol" name="symbol" required maxLength={40} defaultValue="BTC-USD" />
        <Select label="Alert" name="act" choices={ACTS} />
        {PRICES.map((field) => (
          <NumberField key={field.name} {...field} />
        ))}
      </div>
    </>
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
  for (const { name } of PRICES) {
    const value = textOf(form, name);
    if (value) fields[name] = value;
  }
  return JSON.stringify(fields);
}
