'use client';
import { Button } from './button.tsx';
import type { Doing } from './form-dialog.tsx';
import { Problem } from './problem.tsx';

interface Props {
  /** The verb with its object, and the verb while it is under way. */
  act: string;
  acting?: string;
  look?: 'primary' | 'plain';
  doing: Doing;
  /** What was done. */
  said: string | null;
}

/** The end of a form that stands on a page: what went wrong, the act, and what it did. */
export function SaveRow({ act, acting = 'Saving', look = 'primary', doing, said }: Props) {
  return (
    <>
      <Problem text={doing.problem} />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look={look} disabled={doing.busy}>
          {doing.busy ? acting : act}
        </Button>
        <span role="status" className="text-gain">
          {said}
        </span>
      </div>
    </>
  );
}
