'use client';
import { useAct } from '../act.ts';
import { useTRPC } from '../api.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { Field } from '../ui/field.tsx';
import { textOf } from '../ui/form.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { QrCode } from './qr-code.tsx';

interface Props {
  begun: { secret: string; uri: string };
  onCodes: (codes: string[]) => void;
  onClose: () => void;
}

const inFours = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** The secret for the app, and the first code that proves that it has it. */
export function BeginFactor({ begun, onCodes, onClose }: Props) {
  const trpc = useTRPC();
  const enable = useAct(trpc.profile.enableSecondFactor.mutationOptions(), (made) =>
    onCodes(made.recoveryCodes),
  );
  return (
    <FormDialog
      title="Set up the second factor"
      description="Scan this with your authenticator app, or add an account there by its key. Then give the code that the app shows."
      act="Switch it on"
      doing={enable}
      onClose={onClose}
      onSubmit={(form) => void enable.run({ code: textOf(form, 'code').replaceAll(' ', '') })}
    >
      <div className="grid justify-items-center gap-2">
        <QrCode text={begun.uri} label="Code for the camera of your authenticator app" />
        <p className="text-center">
          On the phone that has the app:{' '}
          <a href={begun.uri} className="text-accent underline">
            open it in the app
          </a>
          .
        </p>
      </div>
      <div>
        <p className="mb-1 text-text-2 text-xs">Key, time based, 6 digits</p>
        <CopyText text={inFours(begun.secret)} what="the key" />
      </div>
      <Field
        label="Code from the app"
        name="code"
        required
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern="\d{3} ?\d{3}"
        title="Six digits"
        maxLength={7}
      />
    </FormDialog>
  );
}
