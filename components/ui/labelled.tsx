import { type ReactNode, useId } from 'react';

interface Props {
  label: string;
  hint?: string | undefined;
  className?: string | undefined;
  /** The control, given what ties it to its words. */
  children: (ties: { id: string; 'aria-describedby': string | undefined }) => ReactNode;
}

/** A control with its label above and its hint below; both are read with it. */
export function Labelled({ label, hint, className, children }: Props) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className={className}>
      <label htmlFor={id} className="text-text-2 text-xs">
        {label}
      </label>
      {children({ id, 'aria-describedby': hint ? hintId : undefined })}
      {hint ? (
        <p id={hintId} className="mt-1 text-text-3 text-xs">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
