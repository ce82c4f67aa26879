'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import type { Source } from './words.ts';

const WHAT =
  'For senders that can sign: HMAC-SHA256 over the raw body, in hex, in the header X-Signature. TradingView cannot sign.';

/** Asks senders to sign, with a key that is shown once; or stops asking. */
export function SignatureDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const trpc = useTRPC();
  const [key, setKey] = useState<string | null>(null);
  const set = useAct(trpc.sources.setSignature.mutationOptions(), (made) =>
    made.key ? setKey(made.key) : onClose(),
  );
  const title = `Signature for ${source.name}`;
  if (key) {
    return (
      <Dialog open onOpenChange={onClose} title={title} description={WHAT}>
        <div className="mt-4">
          <ShownOnce title="The key." what="the key" text={key} gone="Close" onGone={onClose}>
            It is shown now and never again. Alerts without a right signature are refused from now on.
          </ShownOnce>
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={title}
      description={WHAT}
      act={source.hasSignature ? 'Make a new key' : 'Ask for a signature'}
      doing={set}
      onClose={onClose}
      onSubmit={() => void set.run({ id: source.id, signed: true })}
    >
      {source.hasSignature ? (
        <Button disabled={set.busy} onClick={() => void set.run({ id: source.id, signed: false })}>
          Stop asking for it
        </Button>
      ) : null}
    </FormDialog>
  );
}
