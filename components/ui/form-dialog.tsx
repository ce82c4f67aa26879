'use client';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Form } from './form.tsx';
import { Problem } from './problem.tsx';

/** Where an act stands: useAct gives it. */
export interface Doing {
  busy: boolean;
  problem: string | null;
}

interface Props {
  title: string;
  description: string;
  /** The verb with its object. */
  act: string;
  doing: Doing;
  danger?: boolean;
  onSubmit: (form: FormData) => void;
  onClose: () => void;
  children?: ReactNode;
}

/** A dialog with fields, the act that they are for, and the way out without it. */
export function FormDialog({ title, description, act, doing, danger, onSubmit, onClose, children }: Props) {
  return (
    <Dialog open onOpenChange={(stays) => !stays && onClose()} title={title} description={description}>
      <Form className="mt-4 grid gap-3" onSubmit={onSubmit}>
        {children}
        <Problem text={doing.problem} />
        <div className="mt-2 flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" look={danger ? 'danger' : 'primary'} disabled={doing.busy}>
            {doing.busy ? 'Working on it' : act}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
