'use client';
/**
 * The picture of a trade's price, drawn by lightweight-charts: candles, lines and fills, and where a price lies in it.
 * Entry point: `PricePicture`; whoever makes one removes it.
 */
import {
  type AutoscaleInfo,
  CandlestickSeries,
  createChart,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { decimalsOf, price, quantity, timeOfDay } from '../format.ts';
import type { Trade, TradeFigure } from '../trade-view.tsx';
import type { Candle } from './candle-table.tsx';
import { cssColour } from './colours.ts';
import { type FillMark, FillMarks } from './fill-marks.ts';
import type { Held } from './held-level.ts';
import { linesOf, scaleOf } from './level-lines.ts';

const FONT_SIZE = 11;
/** Pixels to the right of the newest candle: the levels' names stand there, and would lie over it. */
const ROOM_FOR_LABELS = 108;

/** Pixels from candle to candle at which a body and its wicks can be told apart. */
const READABLE_BAR = 5;
/** Shown before a long trade began. */
const CANDLES_BEFORE = 10;

const seconds = (at: Date) => Math.floor(at.getTime() / 1000) as UTCTimestamp;

export class PricePicture {
  readonly #chart: IChartApi;
  readonly #series: ISeriesApi<'Candlestick'>;
  readonly #fills: FillMarks;
  #lines: IPriceLine[] = [];
  #fitted = false;
  #scale: AutoscaleInfo | null = null;
  #isStill = false;

  /** @param onPaint called after every painting: a price may lie elsewhere since. */
  constructor(box: HTMLElement, tickSize: string, timeZone: string, onPaint: () => void) {
    const font = getComputedStyle(document.body).fontFamily;
    this.#chart = makeChart(box, font, timeZone, decimalsOf(tickSize));
    this.#series = makeSeries(this.#chart, decimalsOf(tickSize));
    const look = {
      colour: cssColour('--accent'),
      ground: cssColour('--surface'),
      font: `${FONT_SIZE}px ${font}`,
    };
    this.#fills = new FillMarks(look, onPaint);
    this.#series.attachPrimitive(this.#fills);
  }

  showCandles(candles: readonly Candle[], trade: Trade): void {
    this.#series.setData(candles.map((candle) => ({ ...candle, time: seconds(candle.opens_at) })));
    this.#fills.show(marksOf(trade.fills, candles));
    if (!this.#fitted) this.#fit(candles, trade.createdAt);
    this.#fitted = true;
  }

  /** Shows the trade whole, and before it as much as its candles have room for. Afterwards the person moves it. */
  #fit(candles: readonly Candle[], createdAt: Date): void {
    const scale = this.#chart.timeScale();
    const room = scale.width() - ROOM_FOR_LABELS;
    const began = candles.findLastIndex((candle) => candle.opens_at <= createdAt);
    const first = Math.min(candles.length - Math.floor(room / READABLE_BAR), began - CANDLES_BEFORE);
    const shown = candles.length - first;
    if (first <= 0 || room <= 0) scale.fitContent();
    else scale.setVisibleLogicalRange({ from: first, to: candles.length + (shown * ROOM_FOR_LABELS) / room });
  }

  showLevels(trade: Trade, figure: TradeFigure | undefined, held: Held | null): void {
    // under a finger the scale stands still, or the level would run away from it
    this.#isStill = held?.by === 'pointer' && !held.isAsking;
    const scale = scaleOf(trade, figure, held);
    this.#series.applyOptions({
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => {
        if (!this.#isStill || !this.#scale) this.#scale = scale(original);
        return this.#scale;
      },
    });
    for (const line of this.#lines) this.#series.removePriceLine(line);
    this.#lines = linesOf(trade, figure, held).map((line) => this.#series.createPriceLine(line));
  }

  /** Pixels from the top, or null while nothing is drawn. */
  yOf(price: string): number | null {
    return this.#series.priceToCoordinate(Number(price));
  }

  priceAt(y: number): number | null {
    return this.#series.coordinateToPrice(y);
  }

  /** Height of the candles' pane in pixels, the times below it aside. */
  height(): number {
    return this.#chart.panes()[0]?.getHeight() ?? 0;
  }

  remove(): void {
    this.#chart.remove();
  }
}

function makeChart(box: HTMLElement, fontFamily: string, timeZone: string, decimals: number): IChartApi {
  const clock = (time: UTCTimestamp, now: Date) => timeOfDay(new Date(time * 1000), timeZone, now);
  return createChart(box, {
    autoSize: true,
    layout: {
      // the page names the library below the chart: its own mark would be a link inside a picture
      attributionLogo: false,
      background: { color: 'transparent' },
      textColor: cssColour('--text-2'),
      fontFamily,
      fontSize: FONT_SIZE,
    },
    grid: { vertLines: { visible: false }, horzLines: { color: cssColour('--line') } },
    rightPriceScale: { borderVisible: false },
    // wheel and finger move the page past the chart; its axes and two fingers stretch it
    handleScroll: { vertTouchDrag: false },
    handleScale: { mouseWheel: false },
    timeScale: {
      borderColor: cssColour('--line'),
      timeVisible: true,
      secondsVisible: false,
      // a young trade has few candles: they keep their width instead of filling the chart
      maxBarSpacing: 14,
      rightOffsetPixels: ROOM_FOR_LABELS,
      tickMarkFormatter: (time: UTCTimestamp) => clock(time, new Date(time * 1000)).slice(0, 5),
    },
    localization: {
      timeFormatter: (time: UTCTimestamp) => clock(time, new Date()),
      priceFormatter: (value: number) => price(String(value), decimals),
    },
  });
}

function makeSeries(chart: IChartApi, decimals: number): ISeriesApi<'Candlestick'> {
  const [gain, loss] = [cssColour('--gain'), cssColour('--loss')];
  return chart.addSeries(CandlestickSeries, {
    upColor: gain,
    wickUpColor: gain,
    downColor: loss,
    wickDownColor: loss,
    borderVisible: false,
    // the quote of this moment has a line of its own, which knows its age
    lastValueVisible: false,
    priceLineVisible: false,
    priceFormat: { type: 'price', precision: decimals, minMove: 1 / 10 ** decimals },
  });
}

/** A fill belongs to the candle in which it happened; of several on one side of it, the last speaks for all. */
function marksOf(fills: Trade['fills'], candles: readonly Candle[]): FillMark[] {
  const placed = fills.flatMap((fill) => {
    const candle = candles.findLast((one) => one.opens_at <= fill.at);
    return candle ? [{ fill, time: seconds(candle.opens_at) }] : [];
  });
  return placed.map(({ fill, time }, index) => {
    const beside = placed.filter((one) => one.time === time && one.fill.side === fill.side);
    const speaks = placed.findLastIndex((one) => beside.includes(one)) === index;
    const words = beside.length > 1 ? `${beside.length} fills` : quantity(fill.qty);
    return { time, price: Number(fill.price), isBuy: fill.side === 'BUY', words: speaks ? words : '' };
  });
}
