import { Download } from 'lucide-react';
import { buttonClass } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';

/** A file of the list as it is narrowed now. */
export function CsvLink({
  kind,
  filter,
  name = 'CSV',
}: {
  kind: 'positions' | 'orders' | 'trades' | 'fills' | 'lots';
  filter: Record<string, string | null | undefined>;
  name?: string;
}) {
  const query = new URLSearchParams(
    Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  return (
    <a
      href={`/api/export/${kind}${query.size > 0 ? `?${query}` : ''}`}
      download
      aria-label={name === 'CSV' ? `Download these ${kind} as CSV` : `Download ${name.toLowerCase()} as CSV`}
      className={cx(buttonClass(), 'h-8!')}
    >
      <Download size={14} aria-hidden />
      {name}
    </a>
  );
}
