'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import type { Source } from './source-card.tsx';

const WHAT =
  'For senders that can sign: HMAC-SHA256 over the raw body, in hex, in the header X-Signature. TradingView cannot sign.';

/** Asks senders to sign, with a key that is shown once; or stops asking. */
export function SignatureDialog({ source, onClose }: { source: Source; onClose: () => void }) {
  const trpc = useTRPC();
  const [key, setKey] = useState<string | null>(null);
  const set = useAct(trpc.sources.setSignature.mutationOptions(), (made) =>
    made.key ? setKey(made.key) : onClose(),
  );
  return (
    <Dialog open onOpenChange={onClose} title={`Signature for ${source.name}`} description={WHAT}>
      <div className="mt-4 grid gap-3">
        {key ? (
          <>
            <p>
              <b>The key.</b> It is shown now and never again. Alerts without a right signature are refused
              from now on.
            </p>
            <CopyText text={key} what="the key" />
          </>
        ) : null}
        <Problem text={set.problem} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{key ? 'Close' : 'Leave it'}</Button>
          {key ? null : (
            <>
              {source.hasSignature ? (
                <Button disabled={set.busy} onClick={() => void set.run({ id: source.id, signed: false })}>
                  Stop asking for it
                </Button>
              ) : null}
              <Button
                look="primary"
                disabled={set.busy}
                onClick={() => void set.run({ id: source.id, signed: true })}
              >
                {source.hasSignature ? 'Make a new key' : 'Ask for a signature'}
              </Button>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}
