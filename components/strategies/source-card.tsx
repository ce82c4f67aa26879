'use client';
import { useState } from 'react';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { ShownAddress } from './shown-address.tsx';
import { SignatureDialog } from './signature-dialog.tsx';
import { AddressesDialog, RatesDialog, RotateDialog, SecretDialog } from './source-dialogs.tsx';
import { type SourceChange, SourceFacts } from './source-facts.tsx';
import { SourceStatus } from './source-status.tsx';
import { type Source, STATUS } from './words.ts';

interface Props {
  source: Source;
  /** Known only right after it was made. */
  address: string | undefined;
  onAddress: (path: string) => void;
  onHide: () => void;
}

/** One webhook: how old its address is, what it asks of a sender, and everything that can be changed. */
export function SourceCard({ source, address, onAddress, onHide }: Props) {
  const [open, setOpen] = useState<SourceChange | null>(null);
  const close = () => setOpen(null);
  const status = STATUS[source.status];
  return (
    <Card title={source.name} aside={<Badge tone={status?.tone}>{status?.word}</Badge>}>
      {address ? (
        <div className="border-b border-line p-3.5">
          <ShownAddress address={address} onGone={onHide} />
        </div>
      ) : null}
      <SourceFacts source={source} onChange={setOpen} />
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
