'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Facts } from '../facts.tsx';
import type { Outputs } from '../outputs.ts';
import { Time } from '../time.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Problem } from '../ui/problem.tsx';
import { ShownAddress } from './shown-address.tsx';
import { SignatureDialog } from './signature-dialog.tsx';
import { AddressesDialog, RatesDialog, RotateDialog, SecretDialog } from './source-dialogs.tsx';

export type Source = Outputs['sources']['list'][number];

interface Props {
  source: Source;
  /** Known only right after it was made. */
  address: string | undefined;
  onAddress: (path: string) => void;
  onHide: () => void;
}

type Open = 'rotate' | 'secret' | 'signature' | 'addresses' | 'rates' | null;

/** One webhook: how old its address is, what it asks of a sender, and everything that can be changed. */
export function SourceCard({ source, address, onAddress, onHide }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const change = (name: Open, words: string, label: string) => (
    <Button className="h-7! px-2! text-xs" aria-label={label} onClick={() => setOpen(name)}>
      {words}
    </Button>
  );
  const [newest, ...older] = source.tokens;
  return (
    <Card
      title={source.name}
      aside={
        <Badge tone={source.status === 'ACTIVE' ? 'accent' : 'loss'}>
          {source.status === 'ACTIVE' ? 'Active' : 'Disabled'}
        </Badge>
      }
    >
      {address ? (
        <div className="border-b border-line p-3.5">
          <ShownAddress address={address} onGone={onHide} />
        </div>
      ) : null}
      <Facts
        facts={[
          [
            'Address',
            <span key="address" className="flex flex-wrap items-center justify-end gap-2">
              {newest ? (
                <>
                  …/api/webhook/•••• since <Time at={newest.createdAt} />
                </>
              ) : (
                'none that counts'
              )}
              {change('rotate', 'New address…', `New address for ${source.name}`)}
            </span>,
          ],
          ...older.map(
            (token) =>
              [
                'Old address',
                token.validUntil ? (
                  <>
                    counts until <Time at={token.validUntil} />
                  </>
                ) : (
                  'counts'
                ),
              ] as const,
          ),
          [
            'Secret in the message',
            <span key="secret" className="inline-flex items-center gap-2">
              {source.hasSecret ? 'asked for' : 'not asked for'}{' '}
              {change('secret', 'Change…', 'Change the secret')}
            </span>,
          ],
          [
            'Signature',
            <span key="signature" className="inline-flex items-center gap-2">
              {source.hasSignature ? 'asked for' : 'not asked for'}{' '}
              {change('signature', 'Change…', 'Change the signature')}
            </span>,
          ],
          [
            'Senders',
            <span key="addresses" className="inline-flex flex-wrap items-center justify-end gap-2">
              {sendersText(source)} {change('addresses', 'Change…', 'Change who may send')}
            </span>,
          ],
          [
            'Rate and age',
            <span key="rates" className="inline-flex flex-wrap items-center justify-end gap-2">
              {source.entriesPerMinute} entries a minute
              {source.maxLagSeconds ? `, ${source.maxLagSeconds} s old at most` : ''}{' '}
              {change('rates', 'Change…', 'Change rate and age')}
            </span>,
          ],
        ]}
      />
      <div className="border-t border-line p-3.5">
        <SourceStatus source={source} />
      </div>
      {open === 'rotate' ? <RotateDialog source={source} onPath={onAddress} onClose={close} /> : null}
      {open === 'secret' ? <SecretDialog source={source} onClose={close} /> : null}
      {open === 'signature' ? <SignatureDialog source={source} onClose={close} /> : null}
      {open === 'addresses' ? <AddressesDialog source={source} onClose={close} /> : null}
      {open === 'rates' ? <RatesDialog source={source} onClose={close} /> : null}
    </Card>
  );
}

function sendersText({ allowedAddresses, allowsTradingView }: Source): string {
  if (allowedAddresses.length === 0) return 'any address';
  const others = allowedAddresses.length - (allowsTradingView ? 4 : 0);
  const words = [allowsTradingView ? 'TradingView' : '', others > 0 ? `${others} others` : ''];
  return `only ${words.filter(Boolean).join(' and ')}`;
}

function SourceStatus({ source }: { source: Source }) {
  const trpc = useTRPC();
  const [sure, setSure] = useState(false);
  const status = useAct(trpc.sources.setStatus.mutationOptions(), () => setSure(false));
  if (source.status !== 'ACTIVE') {
    return (
      <div className="grid gap-2">
        <Problem text={status.problem} />
        <Button disabled={status.busy} onClick={() => void status.run({ id: source.id, status: 'ACTIVE' })}>
          Enable the webhook
        </Button>
      </div>
    );
  }
  return (
    <div className="grid gap-2">
      <Problem text={status.problem} />
      {sure ? (
        <p>
          Its address will answer nobody: exit alerts that come to it are lost as well. Open trades keep their
          stops and targets.
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button
          look="danger"
          disabled={status.busy}
          onClick={() => (sure ? void status.run({ id: source.id, status: 'DISABLED' }) : setSure(true))}
        >
          {sure ? 'Yes, disable the webhook' : 'Disable the webhook…'}
        </Button>
        {sure ? <Button onClick={() => setSure(false)}>Leave it active</Button> : null}
      </div>
    </div>
  );
}
