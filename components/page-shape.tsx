import { Bar, ListShape } from './ui/shape.tsx';

/** What the shape of a place says to who cannot see it; the first that its address begins with. */
const NAMES = [
  ['/signals/', 'the signal'],
  ['/signals', 'signals'],
  ['/positions', 'positions'],
  ['/orders', 'orders'],
  ['/history', 'the history'],
  ['/trades/', 'the trade'],
  ['/trades', 'trades'],
  ['/strategies/', 'the strategy'],
  ['/strategies', 'strategies'],
  ['/brokers/', 'the account'],
  ['/brokers', 'accounts'],
  ['/settings', 'settings'],
] as const;

/** The shape of the page at an address, of the height that it will have. */
export function PageShape({ href }: { href: string }) {
  if (href === '/') return <OverviewShape />;
  const name = NAMES.find(([start]) => href.startsWith(start))?.[1];
  return (
    <>
      <Bar className="h-8 w-32" />
      <ListShape label={name ? `Loading ${name}` : 'Loading'} />
    </>
  );
}

function OverviewShape() {
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
