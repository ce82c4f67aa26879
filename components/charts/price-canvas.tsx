'use client';
import {
  type AutoscaleInfo,
  CandlestickSeries,
  type CreatePriceLineOptions,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useTheme } from 'next-themes';
import { useEffect, useRef } from 'react';
import { decimalsOf, quantity, timeOfDay } from '../format.ts';
import type { Trade } from '../trade-view.tsx';
import { useViewer } from '../viewer.tsx';
import { cssColour } from './colours.ts';
import type { Candle } from './trade-chart.tsx';

const HEIGHT = 300;

interface Drawn {
  chart: IChartApi;
  series: ISeriesApi<'Candlestick'>;
  markers: ISeriesMarkersPluginApi<Time>;
  lines: IPriceLine[];
  fitted: boolean;
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1000) as UTCTimestamp;

/** Candles with the trade's levels as labelled lines and its fills as triangles. */
export function PriceCanvas({ trade, candles }: { trade: Trade; candles: Candle[] }) {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn | null>(null);
  const { resolvedTheme } = useTheme();
  const { timeZone } = useViewer();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme means new colours, so a new chart
  useEffect(() => {
    if (!box.current) return;
    const made = draw(box.current, decimalsOf(trade.tickSize), timeZone);
    drawn.current = made;
    return () => {
      drawn.current = null;
      made.chart.remove();
    };
  }, [resolvedTheme, timeZone, trade.tickSize]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart of the effect above is drawn anew with the theme
  useEffect(() => {
    const now = drawn.current;
    if (!now) return;
    now.series.setData(candles.map((candle) => ({ ...candle, time: seconds(candle.opens_at) })));
    now.markers.setMarkers(markersOf(trade, candles));
    now.series.applyOptions({ autoscaleInfoProvider: scaleWith(trade) });
    for (const line of now.lines) now.series.removePriceLine(line);
    now.lines = linesOf(trade).map((line) => now.series.createPriceLine(line));
    if (!now.fitted) now.chart.timeScale().fitContent();
    now.fitted = true;
  }, [trade, candles, resolvedTheme, timeZone]);

  const label = `${trade.symbol} price with entry${trade.levels.length > 0 ? ', stops and target' : ''}`;
  return (
    <>
      <div ref={box} role="img" aria-label={label} style={{ height: HEIGHT }} className="w-full" />
      <p className="px-3.5 pb-2 text-right text-text-3 text-xs">
        Chart by{' '}
        <a className="underline" href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          TradingView
        </a>
      </p>
    </>
  );
}

function draw(box: HTMLDivElement, decimals: number, timeZone: string): Drawn {
  const gain = cssColour('--gain');
  const loss = cssColour('--loss');
  const chart = createChart(box, {
    autoSize: true,
    layout: {
      // the page names the library below the chart: its own mark would be a link inside a picture
      attributionLogo: false,
      background: { color: 'transparent' },
      textColor: cssColour('--text-2'),
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 11,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: cssColour('--line') } },
    rightPriceScale: { borderVisible: false },
    timeScale: {
      borderColor: cssColour('--line'),
      timeVisible: true,
      secondsVisible: false,
      // a young trade has few candles: they keep their width instead of filling the chart
      maxBarSpacing: 14,
      rightOffset: 4,
      tickMarkFormatter: (time: UTCTimestamp) =>
        timeOfDay(new Date(time * 1000), timeZone, new Date(time * 1000)).slice(0, 5),
    },
    localization: {
      timeFormatter: (time: UTCTimestamp) => timeOfDay(new Date(time * 1000), timeZone, new Date()),
    },
  });
  const series = chart.addSeries(CandlestickSeries, {
    upColor: gain,
    wickUpColor: gain,
    downColor: loss,
    wickDownColor: loss,
    borderVisible: false,
    lastValueVisible: true,
    priceLineVisible: false,
    priceFormat: { type: 'price', precision: decimals, minMove: 1 / 10 ** decimals },
  });
  return { chart, series, markers: createSeriesMarkers(series, []), lines: [], fitted: false };
}

/** The scale holds the trade's levels besides the candles; the hard stop, far away, would only flatten them. */
function scaleWith(trade: Trade): (original: () => AutoscaleInfo | null) => AutoscaleInfo | null {
  const near = trade.isLive ? trade.levels.filter((level) => level.kind !== 'hard_stop') : [];
  const prices = [...near.map((level) => level.price), trade.entryAverage, trade.exitAverage]
    .filter((value) => value !== null)
    .map(Number);
  return (original) => {
    const info = original();
    if (!info?.priceRange) return info;
    const { minValue, maxValue } = info.priceRange;
    const priceRange = { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) };
    return { ...info, priceRange };
  };
}

/** A fill belongs to the candle in which it happened. */
function markersOf(trade: Trade, candles: Candle[]): SeriesMarker<Time>[] {
  return trade.fills.flatMap((fill) => {
    const candle = candles.findLast((one) => one.opens_at <= fill.at);
    if (!candle) return [];
    const buys = fill.side === 'BUY';
    return [
      {
        time: seconds(candle.opens_at),
        position: buys ? 'belowBar' : 'aboveBar',
        shape: buys ? 'arrowUp' : 'arrowDown',
        color: cssColour('--accent'),
        size: 0.8,
        text: quantity(fill.qty),
      },
    ];
  });
}

const LINES: Record<string, { colour: string; style: LineStyle; word: string }> = {
  hard_stop: { colour: '--loss', style: LineStyle.Dotted, word: 'hard stop' },
  stop: { colour: '--loss', style: LineStyle.Dashed, word: 'stop' },
  trail: { colour: '--warn', style: LineStyle.Dashed, word: 'trail' },
  trail_activate: { colour: '--text-3', style: LineStyle.Dotted, word: 'trail arms' },
  target: { colour: '--gain', style: LineStyle.Dashed, word: 'target' },
};

function linesOf(trade: Trade): CreatePriceLineOptions[] {
  const lines: CreatePriceLineOptions[] = [];
  const add = (value: string, colour: string, style: LineStyle, title: string) =>
    lines.push({
      price: Number(value),
      color: cssColour(colour),
      lineWidth: 1,
      lineStyle: style,
      axisLabelVisible: true,
      title,
    });
  if (trade.entryAverage) add(trade.entryAverage, '--accent', LineStyle.Solid, 'entry');
  if (trade.exitAverage && !trade.isLive) add(trade.exitAverage, '--text-2', LineStyle.Solid, 'exit');
  if (!trade.isLive) return lines;
  for (const level of trade.levels) {
    const look = LINES[level.kind];
    if (look && level.price) add(level.price, look.colour, look.style, look.word);
  }
  return lines;
}
