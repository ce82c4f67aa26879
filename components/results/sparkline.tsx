/** A line without axes, coloured by where it ends; the figure beside it says what it means. */
export function Sparkline({ values, className }: { values: number[]; className?: string }) {
  if (values.length < 2) return null;
  const low = Math.min(...values, 0);
  const high = Math.max(...values, 0);
  const x = (index: number) => (index / (values.length - 1)) * 100;
  const y = (value: number) => 38 - ((value - low) / (high - low || 1)) * 34;
  const line = values.map(
    (value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(2)} ${y(value).toFixed(2)}`,
  );
  const colour = (values.at(-1) ?? 0) < 0 ? 'var(--loss)' : 'var(--gain)';
  return (
    <svg viewBox="0 0 100 40" preserveAspectRatio="none" aria-hidden="true" className={className}>
      <path d={`${line.join(' ')} L100 40 L0 40 Z`} fill={colour} opacity={0.09} />
      <path
        d={line.join(' ')}
        fill="none"
        stroke={colour}
        strokeWidth={1.75}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
