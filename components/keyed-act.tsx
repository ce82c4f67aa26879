'use client';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from './ui/button.tsx';

interface Asked {
  isPending: boolean;
  error: { message: string; data?: unknown } | null;
}

interface Props {
  asked: Asked;
  /** The verb with its object, and the way out. */
  act: string;
  leave: string;
  /** What is still true when it was refused ("Nothing was sent."). */
  untouched: string;
  /** What a second press does when the answer was lost ("it closes once"). */
  again: string;
  possible?: boolean;
  onAct: () => void;
  onLeave: () => void;
}

/** The end of a dialog whose act carries a key: pressing twice, or a lost answer and another press, does it once. */
export function KeyedAct({ asked, act, leave, untouched, again, possible = true, onAct, onLeave }: Props) {
  return (
    <>
      {asked.error ? (
        <p role="alert" className="mt-3 text-loss">
          {asked.error.data
            ? `${asked.error.message} ${untouched}`
            : `The answer was lost. Pressing again is safe: ${again}.`}
        </p>
      ) : null}
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onLeave}>{leave}</Button>
        <Button look="primary" disabled={!possible || asked.isPending} onClick={onAct}>
          {asked.isPending ? 'Asking' : act}
        </Button>
      </div>
    </>
  );
}

/** After an act: what the page shows is asked for again, then the dialog goes. */
export function useAfterAct(onDone: () => void) {
  const queries = useQueryClient();
  return {
    onSuccess: async () => {
      await queries.invalidateQueries();
      onDone();
    },
  };
}
