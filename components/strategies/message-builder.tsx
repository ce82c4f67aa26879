'use client';
import { useState } from 'react';
import { Card } from '../ui/card.tsx';
import { Check } from '../ui/check.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { Field } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { alertMessage, FIRST_CHOICE, type MessageChoice } from './alert-message.ts';

const KINDS = [
  { value: 'STRATEGY', name: 'A Pine strategy: one alert for all of its orders' },
  { value: 'LONG', name: 'An indicator: this alert opens long' },
  { value: 'SHORT', name: 'An indicator: this alert opens short' },
  { value: 'EXIT', name: 'An indicator: this alert closes' },
] as const;

/** Builds the message of a TradingView alert, ready to be pasted. */
export function MessageBuilder({ hasSecret }: { hasSecret: boolean }) {
  const [choice, setChoice] = useState<MessageChoice>({ ...FIRST_CHOICE, secret: hasSecret });
  const set = (change: Partial<MessageChoice>) => setChoice({ ...choice, ...change });
  return (
    <Card title="Message for TradingView">
      <div className="grid gap-3 p-3.5">
        <Select
          label="What fires the alert"
          value={choice.from}
          choices={KINDS}
          onChange={(event) => set({ from: event.target.value as MessageChoice['from'] })}
        />
        <div className="grid gap-2 desk:grid-cols-2">
          <Check
            label="Send the price"
            checked={choice.price}
            onChange={(event) => set({ price: event.target.checked })}
          />
          {choice.from === 'STRATEGY' ? (
            <Check
              label="Send the quantity"
              checked={choice.quantity}
              onChange={(event) => set({ quantity: event.target.checked })}
            />
          ) : null}
          <Check
            label="Send the secret"
            checked={choice.secret}
            onChange={(event) => set({ secret: event.target.checked })}
          />
        </div>
        <div className="grid gap-3 desk:grid-cols-2">
          <Field
            label="Plot with the stop"
            value={choice.stopPlot}
            placeholder="none"
            maxLength={60}
            hint="The name of a plot of your script. Without one, the exit rules set the stop."
            onChange={(event) => set({ stopPlot: event.target.value })}
          />
          <Field
            label="Plot with the target"
            value={choice.targetPlot}
            placeholder="none"
            maxLength={60}
            onChange={(event) => set({ targetPlot: event.target.value })}
          />
        </div>
        <CopyText text={alertMessage(choice)} what="the message" />
        <ol className="ml-4 list-decimal text-text-2">
          <li>In TradingView, add an alert on your chart and choose the script.</li>
          <li>Paste this text as its message. TradingView fills in what stands in double braces.</li>
          <li>Under Notifications, tick Webhook URL and paste the webhook’s address.</li>
          {choice.secret ? <li>Put your secret where it says YOUR SECRET.</li> : null}
        </ol>
      </div>
    </Card>
  );
}
