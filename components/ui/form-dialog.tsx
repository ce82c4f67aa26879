'use client';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Problem } from './problem.tsx';

interface Props {
  title: string;
  description: string;
  /** The verb with its object. */
  act: string;
  busy: boolean;
  problem: string | null;
  danger?: boolean;
  onSubmit: (form: FormData) => void;
  onClose: () => void;
  children?: ReactNode;
}

/** A dialog with fields, the act that they are for, and the way out without it. */
export function FormDialog(props: Props) {
  return (
    <Dialog
      open
      onOpenChange={(stays) => !stays && props.onClose()}
      title={props.title}
      description={props.description}
    >
      <form
        className="mt-4 grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          props.onSubmit(new FormData(event.currentTarget));
        }}
      >
        {props.children}
        <Problem text={props.problem} />
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={props.onClose}>Leave it</Button>
          <Button type="submit" look={props.danger ? 'danger' : 'primary'} disabled={props.busy}>
            {props.busy ? 'Working on it' : props.act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** A text of a form, trimmed; '' when it is not there. */
export const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();
