'use client';
import type { ReactNode } from 'react';
import { Facts } from '../facts.tsx';
import { count, quantity } from '../format.ts';
import { Time } from '../time.tsx';
import { Button } from '../ui/button.tsx';
import type { Source } from './words.ts';

export type SourceChange = 'rotate' | 'secret' | 'signature' | 'addresses' | 'rates';

interface Props {
  source: Source;
  onChange: (what: SourceChange) => void;
}

/** What a webhook asks of its senders; each line can be changed. */
export function SourceFacts({ source, onChange }: Props) {
  const [newest, ...older] = source.tokens;
  const line = (says: ReactNode, what: SourceChange, label: string, words = 'Change…') => (
    <span key={what} className="inline-flex flex-wrap items-center justify-end gap-2">
      <span>{says}</span>
      <Button size="small" aria-label={label} onClick={() => onChange(what)}>
        {words}
      </Button>
    </span>
  );
  const address = newest ? (
    <>
      …/api/webhook/•••• since <Time at={newest.createdAt} />
    </>
  ) : (
    'none that counts'
  );
  const rates = [
    `${quantity(String(source.entriesPerMinute))} entries a minute`,
    ...(source.maxLagSeconds ? [`${source.maxLagSeconds} s old at most`] : []),
  ];
  return (
    <Facts
      facts={[
        ['Address', line(address, 'rotate', `New address for ${source.name}`, 'New address…')],
        ...(older.length > 0
          ? ([['Old addresses', <OldAddresses key="old" tokens={older} />]] as const)
          : []),
        [
          'Secret in the message',
          line(source.hasSecret ? 'asked for' : 'not asked for', 'secret', 'Change the secret'),
        ],
        [
          'Signature',
          line(source.hasSignature ? 'asked for' : 'not asked for', 'signature', 'Change the signature'),
        ],
        ['Senders', line(sendersText(source), 'addresses', 'Change who may send')],
        ['Rate and age', line(rates.join(', '), 'rates', 'Change rate and age')],
      ]}
    />
  );
}

/** Addresses from before, that still take alerts for a while. */
function OldAddresses({ tokens }: { tokens: Source['tokens'] }) {
  return tokens.map(({ id, validUntil }) => (
    <span key={id} className="block">
      {validUntil ? (
        <>
          counts until <Time at={validUntil} />
        </>
      ) : (
        'counts'
      )}
    </span>
  ));
}

function sendersText({ allowedAddresses, allowsTradingView }: Source): string {
  if (allowedAddresses.length === 0) return 'any address';
  const others = allowedAddresses.length - (allowsTradingView ? 4 : 0);
  const words = [allowsTradingView ? 'TradingView' : '', others > 0 ? count(others, 'other') : ''];
  return `only ${words.filter(Boolean).join(' and ')}`;
}
