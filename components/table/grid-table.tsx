// biome-ignore-all lint/a11y/useSemanticElements: a table that is laid out as a grid loses its roles
// biome-ignore-all lint/a11y/useFocusableInteractive: rows and cells are read, what acts in them has the focus
import type { ReactNode } from 'react';
import { cx } from '../ui/cx.ts';

/** Between a phone and a wide desk the columns keep their room, and the table is moved sideways. */
const ROOM = 'desk:min-w-[810px]';

/**
 * A table of columns at the desk whose rows become two lines on a phone: a grid, with the roles of a table, which a
 * table laid out as a grid would lose. Rows out of sight cost no layout.
 */
export function GridTable(props: {
  label: string;
  /** Template of the columns at the desk. */
  columns: string;
  /** The room that they need at least. */
  room?: string;
  head: readonly { name: string; right?: boolean; className?: string }[];
  children: ReactNode;
}) {
  const room = props.room ?? ROOM;
  return (
    <div
      role="table"
      aria-label={props.label}
      className="overflow-hidden rounded-lg border border-line bg-surface desk:overflow-x-auto"
    >
      <div role="rowgroup" className={room}>
        <div
          role="row"
          className={cx(
            'sr-only gap-3 border-line border-b bg-raised px-3.5 text-text-2 text-xs desk:not-sr-only desk:grid desk:py-2',
            'desk:px-3.5',
            props.columns,
          )}
        >
          {props.head.map(({ name, right, className }) => (
            <span key={name} role="columnheader" className={cx(right && 'text-right', className)}>
              {name}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className={room}>
        {props.children}
      </div>
    </div>
  );
}

/** One row: `columns` at the desk, two columns of lines on a phone. */
export function GridRow({
  columns,
  children,
  below,
  id,
}: {
  columns: string;
  children: ReactNode;
  /** What the row opens to. */
  below?: ReactNode;
  id?: string;
}) {
  return (
    <div
      role="row"
      id={id}
      className={cx(
        'border-line border-b last:border-0',
        !below && '[contain-intrinsic-size:auto_53px] [&:nth-child(n+60)]:[content-visibility:auto]',
      )}
    >
      <div
        role="presentation"
        className={cx(
          'relative grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 px-3.5 py-2.5 hover:bg-raised desk:min-h-[52px] desk:items-center',
          columns,
        )}
      >
        {children}
      </div>
      {below ? (
        <div role="cell" className="border-line border-t">
          {below}
        </div>
      ) : null}
    </div>
  );
}

/** One cell; `phone` places it among the two lines of a phone. */
export function GridCell({
  children,
  right,
  phone,
  className,
}: {
  children: ReactNode;
  right?: boolean;
  phone?: string;
  className?: string;
}) {
  return (
    <span role="cell" className={cx('min-w-0 desk:order-none', right && 'text-right', phone, className)}>
      {children}
    </span>
  );
}
