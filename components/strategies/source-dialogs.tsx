'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { listOf, textOf, wholeOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Select } from '../ui/select.tsx';
import { TextArea } from '../ui/text-area.tsx';
import type { Source } from './words.ts';

interface Props {
  source: Source;
  onClose: () => void;
}

const GRACES = [
  { value: '0', name: 'At once' },
  { value: '3600', name: 'After an hour' },
  { value: '86400', name: 'After a day' },
  { value: '604800', name: 'After a week' },
] as const;

/** A new address; the old one goes on for a while, so that no alert is lost in between. */
export function RotateDialog({ source, onPath, onClose }: Props & { onPath: (path: string) => void }) {
  const trpc = useTRPC();
  const rotate = useAct(trpc.sources.rotateToken.mutationOptions(), ({ path }) => {
    onPath(path);
    onClose();
  });
  return (
    <FormDialog
      title={`New address for ${source.name}`}
      description="The new address is shown once. Until the old one ends, both take alerts."
      act="Make a new address"
      doing={rotate}
      onClose={onClose}
      onSubmit={(form) => void rotate.run({ id: source.id, graceSeconds: wholeOf(form, 'grace') })}
    >
      <Select label="The old address ends" name="grace" choices={GRACES} defaultValue="86400" />
    </FormDialog>
  );
}

/** The text that alerts must carry as "secret". */
export function SecretDialog({ source, onClose }: Props) {
  const trpc = useTRPC();
  const set = useAct(trpc.sources.setSecret.mutationOptions(), onClose);
  return (
    <FormDialog
      title={`Secret for ${source.name}`}
      description="Alerts must then carry it in their body as secret, beside knowing the address. Only its fingerprint is stored."
      act="Ask for this secret"
      doing={set}
      onClose={onClose}
      onSubmit={(form) => void set.run({ id: source.id, secret: textOf(form, 'secret') })}
    >
      <Field
        label="Secret"
        name="secret"
        required
        minLength={12}
        maxLength={200}
        autoComplete="off"
        hint="At least 12 characters."
      />
      {source.hasSecret ? (
        <Button disabled={set.busy} onClick={() => void set.run({ id: source.id, secret: null })}>
          Stop asking for a secret
        </Button>
      ) : null}
    </FormDialog>
  );
}

/** Who may send, by address. */
export function AddressesDialog({ source, onClose }: Props) {
  const trpc = useTRPC();
  const [list, setList] = useState(source.allowedAddresses.join('\n'));
  const update = useAct(trpc.sources.update.mutationOptions(), onClose);
  const wanted = listOf(list);
  return (
    <FormDialog
      title={`Who may send to ${source.name}`}
      description="Alerts from any other address are refused. Behind a reverse proxy this needs TRUSTED_PROXY, or every alert seems to come from the proxy."
      act={wanted.length === 0 ? 'Let any address send' : `Let ${wanted.length} send`}
      doing={update}
      onClose={onClose}
      onSubmit={() => void update.run({ id: source.id, allowedAddresses: wanted })}
    >
      <Button
        disabled={update.busy}
        onClick={() => void update.run({ id: source.id, allowedAddresses: wanted, allowTradingView: true })}
      >
        Allow TradingView’s four addresses
      </Button>
      <TextArea
        label="Addresses and networks, one per line"
        mono
        rows={6}
        value={list}
        placeholder="any"
        hint="Empty lets every address send."
        onChange={(event) => setList(event.target.value)}
      />
    </FormDialog>
  );
}

/** How many entries, how old, and which certificate. */
export function RatesDialog({ source, onClose }: Props) {
  const trpc = useTRPC();
  const update = useAct(trpc.sources.update.mutationOptions(), onClose);
  return (
    <FormDialog
      title={`Rate and age for ${source.name}`}
      description="Entries over the rate are answered 503, and TradingView sends them again. Exits are never held back by it."
      act="Save the rate and age"
      doing={update}
      onClose={onClose}
      onSubmit={(form) =>
        void update.run({
          id: source.id,
          name: textOf(form, 'name'),
          entriesPerMinute: wholeOf(form, 'perMinute'),
          entriesBurst: wholeOf(form, 'burst'),
          maxLagSeconds: textOf(form, 'lag') ? wholeOf(form, 'lag') : null,
          clientSubject: textOf(form, 'subject') || null,
        })
      }
    >
      <Field label="Name" name="name" required maxLength={80} defaultValue={source.name} />
      <Field
        label="Entries a minute"
        name="perMinute"
        type="number"
        min={1}
        max={100_000}
        required
        defaultValue={source.entriesPerMinute}
      />
      <Field
        label="At once at most"
        name="burst"
        type="number"
        min={1}
        max={100_000}
        required
        defaultValue={source.entriesBurst}
      />
      <Field
        label="Oldest alert"
        name="lag"
        type="number"
        min={1}
        max={86_400}
        unit="s"
        placeholder="as the strategy"
        defaultValue={source.maxLagSeconds ?? ''}
      />
      <Field
        label="Client certificate"
        name="subject"
        maxLength={300}
        placeholder="not asked for"
        defaultValue={source.clientSubject ?? ''}
        hint="Parts of the subject that a trusted proxy passes on, such as CN=sender."
      />
    </FormDialog>
  );
}
