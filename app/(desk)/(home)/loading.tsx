import { Bar, ListShape } from '../../../components/ui/shape.tsx';

export default function Loading() {
  return (
    <div role="status" aria-label="Loading the overview" className="grid gap-4">
      <div className="grid grid-cols-2 gap-3 desk:grid-cols-[2fr_1fr_1fr]">
        {['col-span-2 desk:col-span-1', '', ''].map((place, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: fixed placeholders that never move
            key={index}
            className={`grid h-[110px] content-start gap-3 rounded-lg border border-line bg-surface p-3.5 ${place}`}
          >
            <Bar className="w-24" />
            <Bar className="h-6 w-32" />
          </div>
        ))}
      </div>
      <ListShape label="Loading open positions" rows={5} />
    </div>
  );
}
