'use client';
import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts';

export interface FillMark {
  time: UTCTimestamp;
  price: number;
  isBuy: boolean;
  /** What it says beside its triangle; empty where another one of its candle speaks. */
  words: string;
}

export interface FillLook {
  colour: string;
  /** Behind the words, so that they can be read over a candle. */
  ground: string;
  font: string;
}

const HALF_WIDTH = 4.5;
const HEIGHT = 7;
/** Room between the price and the tip. */
const GAP = 2;
const WORDS_GAP = 3;

/**
 * Fills as small triangles whose tip touches the price: buys from below, sells from above. The library's own markers
 * know arrows alone, and place them at the candle, not at the price.
 */
export class FillMarks implements ISeriesPrimitive<Time> {
  #on: SeriesAttachedParameter<Time> | null = null;
  #marks: readonly FillMark[] = [];
  readonly #views: readonly IPrimitivePaneView[];

  /** @param onPaint called whenever the chart was painted: what lies over it follows its scale. */
  constructor(look: FillLook, onPaint: () => void) {
    const renderer: IPrimitivePaneRenderer = {
      draw: (target) => {
        target.useMediaCoordinateSpace(({ context }) => this.#draw(context, look));
        onPaint();
      },
    };
    this.#views = [{ zOrder: () => 'top', renderer: () => renderer }];
  }

  attached(on: SeriesAttachedParameter<Time>): void {
    this.#on = on;
  }

  detached(): void {
    this.#on = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  show(marks: readonly FillMark[]): void {
    this.#marks = marks;
    this.#on?.requestUpdate();
  }

  #draw(context: CanvasRenderingContext2D, look: FillLook): void {
    if (!this.#on) return;
    const { chart, series } = this.#on;
    context.font = look.font;
    context.textAlign = 'center';
    context.lineJoin = 'round';
    for (const mark of this.#marks) {
      const x = chart.timeScale().timeToCoordinate(mark.time);
      const y = series.priceToCoordinate(mark.price);
      if (x !== null && y !== null) drawMark(context, look, mark, x, y);
    }
  }
}

function drawMark(context: CanvasRenderingContext2D, look: FillLook, mark: FillMark, x: number, y: number) {
  const away = mark.isBuy ? 1 : -1;
  const base = y + away * (GAP + HEIGHT);
  context.beginPath();
  context.moveTo(x, y + away * GAP);
  context.lineTo(x - HALF_WIDTH, base);
  context.lineTo(x + HALF_WIDTH, base);
  context.closePath();
  context.strokeStyle = look.ground;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = look.colour;
  context.fill();
  if (mark.words === '') return;
  context.textBaseline = mark.isBuy ? 'top' : 'bottom';
  context.lineWidth = 3;
  context.strokeText(mark.words, x, base + away * WORDS_GAP);
  context.fillText(mark.words, x, base + away * WORDS_GAP);
}
