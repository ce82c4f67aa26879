import { price } from '../format.ts';
import { cx } from '../ui/cx.ts';

interface Level {
  kind: string;
  price: string;
}

interface Props {
  levels: readonly Level[];
  direction: 'LONG' | 'SHORT';
  mark: string | null;
  entry: string | null;
  decimals: number;
  stale: boolean;
}

const STOPS = ['stop', 'trail', 'hard_stop'];

/** Stop ─ last ─ target: the losing side is always at the left. Doubles are enough for a picture. */
export function RangeBar({ levels, direction, mark, entry, decimals, stale }: Props) {
  const sign = direction === 'LONG' ? 1 : -1;
  const stops = levels.filter((one) => STOPS.includes(one.kind)).map((one) => Number(one.price));
  const stop = stops.length > 0 ? Math.max(...stops.map((one) => one * sign)) * sign : null;
  const target =
    levels.find((one) => one.kind === 'target') ?? levels.find((one) => one.kind === 'trail_activate');
  const last = mark === null ? null : Number(mark);
  if (stop === null || last === null || entry === null) {
    return (
      <span
        role="img"
        aria-label={stop === null ? 'There is no stop' : 'There is no price'}
        className="block h-1 rounded-sm bg-[repeating-linear-gradient(90deg,var(--line-strong)_0_4px,transparent_4px_8px)]"
      />
    );
  }
  const end = target ? Number(target.price) : Number(entry) + 2 * (Number(entry) - stop);
  const at = (value: number) => `${Math.min(100, Math.max(0, ((value - stop) / (end - stop || 1)) * 100))}%`;
  const secured = (stop - Number(entry)) * sign > 0;
  const words = [`last ${price(mark ?? '0', decimals)}`, `stop ${price(String(stop), decimals)}`];
  if (target)
    words.push(`${target.kind === 'target' ? 'target' : 'trail arms at'} ${price(target.price, decimals)}`);
  return (
    <span
      role="img"
      aria-label={words.join(', ')}
      title={words.join(' · ')}
      className={cx(
        'relative block h-1 rounded-sm',
        secured
          ? 'bg-gain-soft'
          : 'bg-[linear-gradient(90deg,var(--loss-soft),var(--raised)_40%,var(--gain-soft))]',
        'outline outline-1 outline-line',
      )}
    >
      {secured ? null : (
        <i style={{ left: at(Number(entry)) }} className="absolute -top-0.5 h-2 w-px bg-text-3" />
      )}
      <i
        style={{ left: at(last) }}
        className={cx(
          '-translate-x-1/2 absolute -top-[3px] h-2.5 w-[3px] rounded-sm',
          stale ? 'bg-text-3' : 'bg-text',
        )}
      />
    </span>
  );
}
