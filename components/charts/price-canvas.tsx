'use client';
import { useTheme } from 'next-themes';
import { useEffect, useRef, useState } from 'react';
import type { Trade, TradeFigure } from '../trade-view.tsx';
import { useViewer } from '../viewer.tsx';
import type { Candle } from './candle-table.tsx';
import { type Holding, movableLevels } from './held-level.ts';
import { HeldWords } from './held-words.tsx';
import { LevelHandle, type Pane } from './level-handle.tsx';
import { PricePicture } from './price-picture.ts';

const HEIGHT = 300;

interface Props {
  trade: Trade;
  figure: TradeFigure | undefined;
  candles: Candle[];
  holding: Holding;
}

/** Candles with the trade's levels as labelled lines, some of which can be moved, and its fills as triangles. */
export function PriceCanvas({ trade, figure, candles, holding }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const picture = useRef<PricePicture | null>(null);
  const { resolvedTheme } = useTheme();
  const { timeZone } = useViewer();
  const { held } = holding;
  const [pane] = useState(() => paneOf(picture));

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme means new colours, so a new picture
  useEffect(() => {
    if (!box.current) return;
    const made = new PricePicture(box.current, trade.tickSize, timeZone, pane.painted);
    picture.current = made;
    return () => {
      picture.current = null;
      made.remove();
    };
  }, [resolvedTheme, timeZone, trade.tickSize]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the picture of the effect above is made anew with the theme
  useEffect(() => picture.current?.showCandles(candles, trade), [candles, trade, resolvedTheme, timeZone]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(
    () => picture.current?.showLevels(trade, figure, held),
    [trade, figure, held, resolvedTheme, timeZone],
  );

  const label = `${trade.symbol} price with entry${trade.levels.length > 0 ? ', stops and target' : ''}`;
  return (
    <>
      <div className="relative select-none">
        <div ref={box} role="img" aria-label={label} style={{ height: HEIGHT }} className="w-full" />
        {movableLevels(trade).map((level) => (
          <LevelHandle
            key={level.kind}
            level={level}
            tickSize={trade.tickSize}
            pane={pane}
            holding={holding}
          />
        ))}
        {held && !held.isAsking ? <HeldWords trade={trade} held={held} /> : null}
      </div>
      <p className="whitespace-nowrap px-3.5 pb-2 text-right text-[11px] text-text-3 leading-4">
        <a className="underline" href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          TradingView Lightweight Charts
        </a>{' '}
        © TradingView, Inc.
      </p>
    </>
  );
}

/** What the handles know of the picture under them, which may be another one tomorrow. */
function paneOf(picture: React.RefObject<PricePicture | null>): Pane & { painted: () => void } {
  const followers = new Set<() => void>();
  return {
    painted: () => {
      for (const follow of followers) follow();
    },
    onPaint: (follow) => {
      followers.add(follow);
      return () => void followers.delete(follow);
    },
    yOf: (price) => picture.current?.yOf(price) ?? null,
    priceAt: (y) => picture.current?.priceAt(y) ?? null,
    height: () => picture.current?.height() ?? 0,
  };
}
