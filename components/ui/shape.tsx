import { cx } from './cx.ts';

/** A grey bar in the place of words that are on their way. */
export function Bar({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block h-3 rounded bg-raised', className)} />;
}

const WIDTHS = ['w-2/3', 'w-1/2', 'w-3/4', 'w-3/5', 'w-1/2', 'w-2/3', 'w-3/4', 'w-1/2'];

/** The shape of a list while it loads: rows of the height that they will have. */
export function ListShape({ rows = 8, label }: { rows?: number; label: string }) {
  return (
    <div
      role="status"
      aria-label={label}
      className="overflow-hidden rounded-lg border border-line bg-surface"
    >
      <div className="h-9 border-b border-line bg-raised" />
      {WIDTHS.slice(0, rows).map((width, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: fixed placeholders that never move
          key={index}
          className="flex h-[52px] flex-col justify-center gap-2 border-b border-line px-3.5 last:border-0"
        >
          <Bar className={width} />
          <Bar className="w-1/4" />
        </div>
      ))}
    </div>
  );
}
