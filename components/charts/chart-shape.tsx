import { Bar } from '../ui/shape.tsx';

/** Heights of the bars, in percent of the room: a shape, no data. */
const HEIGHTS = [34, 46, 40, 58, 52, 66, 60, 72, 56, 64, 48, 54];

/** The shape of a price chart while it loads, as high as the chart will be. */
export function ChartShape() {
  return (
    <div
      role="status"
      aria-label="Loading the chart"
      className="flex h-[324px] items-end justify-between gap-3 px-3.5 pt-3 pb-10"
    >
      {HEIGHTS.map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fixed placeholders that never move
        <span key={index} style={{ height: `${height}%` }} className="w-3">
          <Bar className="h-2/5" />
        </span>
      ))}
    </div>
  );
}
