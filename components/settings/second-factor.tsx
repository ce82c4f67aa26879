'use client';
import { useState } from 'react';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { count } from '../format.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Problem } from '../ui/problem.tsx';
import { ShownOnce } from '../ui/shown-once.tsx';
import { BeginFactor } from './begin-factor.tsx';
import type { Profile } from './settings-view.tsx';

/** A code from an authenticator app beside the password. */
export function SecondFactor({ profile }: { profile: Profile }) {
  const [codes, setCodes] = useState<string[] | null>(null);
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
          <ShownOnce
            title="Your recovery codes."
            what="the recovery codes"
            text={codes.join('\n')}
            gone="I have them"
            onGone={() => setCodes(null)}
          >
            They are shown now and never again. Each gets you in once without the app: keep them on paper.
          </ShownOnce>
        ) : null}
        {on ? <WhileOn onCodes={setCodes} /> : <WhileOff onCodes={setCodes} />}
      </div>
    </Card>
  );
}

interface Props {
  onCodes: (codes: string[]) => void;
}

function WhileOff({ onCodes }: Props) {
  const trpc = useTRPC();
  const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null);
  const begin = useAct(trpc.profile.beginSecondFactor.mutationOptions(), setBegun);
  return (
    <>
      <Problem text={begin.problem} />
      <Button
        className="justify-self-start"
        look="primary"
        disabled={begin.busy}
        onClick={() => void begin.run(undefined)}
      >
        Set up the second factor…
      </Button>
      {begun ? (
        <BeginFactor
          begun={begun}
          onClose={() => setBegun(null)}
          onCodes={(made) => {
            setBegun(null);
            onCodes(made);
          }}
        />
      ) : null}
    </>
  );
}

function WhileOn({ onCodes }: Props) {
  const trpc = useTRPC();
  const [leaving, setLeaving] = useState(false);
  const renew = useAct(trpc.profile.renewRecoveryCodes.mutationOptions(), ({ recoveryCodes }) =>
    onCodes(recoveryCodes),
  );
  const disable = useAct(trpc.profile.disableSecondFactor.mutationOptions(), () => setLeaving(false));
  return (
    <>
      <Problem text={renew.problem} />
      <div className="flex flex-wrap gap-2">
        <Button disabled={renew.busy} onClick={() => void renew.run(undefined)}>
          Make new recovery codes
        </Button>
        <Button look="danger" onClick={() => setLeaving(true)}>
          Switch it off…
        </Button>
      </div>
      {leaving ? (
        <FormDialog
          title="Switch the second factor off"
          description="From then on the password alone gets in. Your recovery codes count no longer."
          act="Switch it off"
          danger
          doing={disable}
          onClose={() => setLeaving(false)}
          onSubmit={() => void disable.run(undefined)}
        />
      ) : null}
    </>
  );
}
