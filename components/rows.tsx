import type { ReactNode } from 'react';
import { PlaceLink } from './place-link.tsx';
import { cx } from './ui/cx.ts';

/** A list with its column names at the desk; on a phone every row says what it holds, in two lines. */
export function Rows(props: {
  label: string;
  columns: string;
  names: readonly string[];
  right?: readonly number[];
  children: ReactNode;
}) {
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div
        aria-hidden
        className={cx(
          'hidden gap-5 border-b border-line bg-raised px-3.5 py-2 text-text-2 text-xs desk:grid',
          props.columns,
        )}
      >
        {props.names.map((name, index) => (
          <span key={name} className={props.right?.includes(index) ? 'text-right' : undefined}>
            {name}
          </span>
        ))}
      </div>
      <ul aria-label={props.label}>{props.children}</ul>
    </div>
  );
}

/** One row of Rows: cells beside each other at the desk, wrapped on a phone. */
export function Row({ columns, children }: { columns: string; children: ReactNode }) {
  return (
    <li
      className={cx(
        'relative flex flex-wrap items-center gap-x-5 gap-y-1 border-b border-line px-3.5 py-2.5 last:border-0',
        'desk:grid desk:min-h-[52px]',
        columns,
      )}
    >
      {children}
    </li>
  );
}

/** The name of what the row is about; the whole row leads there. */
export function RowName({ href, name, children }: { href: string; name: string; children?: ReactNode }) {
  return (
    <span className="min-w-0 grow basis-full desk:basis-auto">
      <PlaceLink
        href={href}
        className="font-semibold after:absolute after:inset-0 focus-visible:after:outline-2"
      >
        {name}
      </PlaceLink>{' '}
      {children}
    </span>
  );
}

/** What a cell holds on a phone, where no column names stand above it. */
export function Named({
  name,
  children,
  className,
}: {
  name: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span className={cx('min-w-0', className)}>
      <span className="text-text-3 text-xs desk:sr-only">{name} </span>
      {children}
    </span>
  );
}
