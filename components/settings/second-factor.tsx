'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { BeginFactor } from './begin-factor.tsx';
import type { Profile } from './settings-view.tsx';

/** A code from an authenticator app beside the password. */
export function SecondFactor({ profile }: { profile: Profile }) {
  const trpc = useTRPC();
  const [codes, setCodes] = useState<string[] | null>(null);
  const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null);
  const [leaving, setLeaving] = useState(false);
  const begin = useAct(trpc.profile.beginSecondFactor.mutationOptions(), setBegun);
  const renew = useAct(trpc.profile.renewRecoveryCodes.mutationOptions(), (made) =>
    setCodes(made.recoveryCodes),
  );
  const disable = useAct(trpc.profile.disableSecondFactor.mutationOptions(), () => setLeaving(false));
  const { on, recoveryLeft } = profile.secondFactor;
  return (
    <Card title="Second factor" aside={on ? 'on' : 'off'}>
      <div className="grid gap-3 p-3.5">
        <p className="text-text-2">
          {on
            ? `Logging in asks for a code from your app. ${count(recoveryLeft, 'recovery code')} left.`
            : 'A code from an authenticator app, asked for at every log-in beside the password.'}
        </p>
        {codes ? (
          <div role="status" className="grid gap-2 rounded-lg border border-accent bg-accent-soft p-3">
            <p>
              <b>Your recovery codes.</b> They are shown now and never again. Each gets you in once without
              the app: keep them on paper.
            </p>
            <CopyText text={codes.join('\n')} what="the recovery codes" />
            <Button className="justify-self-start" onClick={() => setCodes(null)}>
              I have them
            </Button>
          </div>
        ) : null}
        <Problem text={begin.problem ?? renew.problem} />
        <div className="flex flex-wrap gap-2">
          {on ? (
            <>
              <Button disabled={renew.busy} onClick={() => void renew.run(undefined)}>
                Make new recovery codes
              </Button>
              <Button look="danger" onClick={() => setLeaving(true)}>
                Switch it off…
              </Button>
            </>
          ) : (
            <Button look="primary" disabled={begin.busy} onClick={() => void begin.run(undefined)}>
              Set it up…
            </Button>
          )}
        </div>
      </div>
      {begun ? (
        <BeginFactor
          begun={begun}
          onClose={() => setBegun(null)}
          onCodes={(made) => {
            setBegun(null);
            setCodes(made);
          }}
        />
      ) : null}
      {leaving ? (
        <FormDialog
          title="Switch the second factor off"
          description="From then on the password alone gets in. Your recovery codes count no longer."
          act="Switch it off"
          danger
          busy={disable.busy}
          problem={disable.problem}
          onClose={() => setLeaving(false)}
          onSubmit={() => void disable.run(undefined)}
        />
      ) : null}
    </Card>
  );
}
