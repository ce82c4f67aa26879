'use client';
import { type AutoscaleInfo, type CreatePriceLineOptions, LineStyle } from 'lightweight-charts';
import { quantity, span } from '../format.ts';
import { levelWord } from '../level-words.ts';
import type { Trade, TradeFigure } from '../trade-view.tsx';
import { cssColour } from './colours.ts';
import { type Held, isElsewhere } from './held-level.ts';

const LOOKS: Record<string, { colour: string; style: LineStyle }> = {
  hard_stop: { colour: '--loss', style: LineStyle.Dotted },
  stop: { colour: '--loss', style: LineStyle.Dashed },
  trail: { colour: '--warn', style: LineStyle.Dashed },
  trail_activate: { colour: '--text-3', style: LineStyle.Dotted },
};

const line = (
  price: string,
  colour: string,
  lineStyle: LineStyle,
  title: string,
): CreatePriceLineOptions => ({
  price: Number(price),
  color: cssColour(colour),
  lineWidth: 1,
  lineStyle,
  axisLabelVisible: true,
  // the library's own choice of black or white is too faint on the colours of the dark theme
  axisLabelTextColor: cssColour('--surface'),
  title,
});

/** The trade's prices as labelled lines: entry and exit, the quote of this moment, and every level that stands. */
export function linesOf(
  trade: Trade,
  figure: TradeFigure | undefined,
  held: Held | null,
): CreatePriceLineOptions[] {
  const lines: CreatePriceLineOptions[] = [];
  if (trade.isLive && figure?.mark) lines.push(lastLine(figure.mark, figure));
  if (trade.entryAverage) lines.push(line(trade.entryAverage, '--accent', LineStyle.Solid, 'entry'));
  if (trade.exitAverage)
    lines.push(line(trade.exitAverage, '--text-2', LineStyle.Solid, trade.isLive ? 'exit so far' : 'exit'));
  if (!trade.isLive) return lines;
  return [...lines, ...levelLines(trade, held), ...targetLines(trade, held), ...heldLines(held)];
}

function lastLine(mark: string, { isGood, ageMs }: TradeFigure): CreatePriceLineOptions {
  const words = isGood || ageMs === null ? 'last' : `stale ${span(ageMs)}`;
  return {
    ...line(mark, isGood ? '--text-2' : '--text-3', LineStyle.SparseDotted, words),
    lineVisible: isGood,
  };
}

function levelLines(trade: Trade, held: Held | null): CreatePriceLineOptions[] {
  return trade.levels.flatMap(({ kind, price }) => {
    const look = LOOKS[kind];
    if (!look || price === null) return [];
    const made = line(price, look.colour, look.style, levelWord(kind));
    return [kind === held?.kind ? left(made, held) : made];
  });
}

function targetLines(trade: Trade, held: Held | null): CreatePriceLineOptions[] {
  const many = trade.targets.length > 1;
  return trade.targets
    .filter(({ state }) => state !== 'DONE')
    .map(({ price, isRest, rung, sharePercent, state }) => {
      const share = `${quantity(sharePercent)} %`;
      const words = isRest ? (many ? 'target, the rest' : 'target') : `rung ${rung}, ${share}`;
      const style = state === 'NEXT' ? LineStyle.Dashed : LineStyle.Dotted;
      const made = line(price, '--gain', style, words);
      return isRest && held?.kind === 'target' ? left(made, held) : made;
    });
}

/** What stays behind of a level while it is being moved: where it still stands. */
const left = (made: CreatePriceLineOptions, held: Held): CreatePriceLineOptions => ({
  ...made,
  color: cssColour('--text-3'),
  lineStyle: LineStyle.SparseDotted,
  lineVisible: isElsewhere(held),
  axisLabelVisible: false,
  title: '',
});

function heldLines(held: Held | null): CreatePriceLineOptions[] {
  if (!held) return [];
  const colour = held.kind === 'stop' ? '--loss' : '--gain';
  return [{ ...line(held.price, colour, LineStyle.Solid, held.kind), lineWidth: 2 }];
}

type Scale = (original: () => AutoscaleInfo | null) => AutoscaleInfo | null;

/** The scale holds the trade's levels besides the candles; the hard stop, far away, would only flatten them. */
export function scaleOf(trade: Trade, figure: TradeFigure | undefined, held: Held | null): Scale {
  const levels = trade.isLive ? trade.levels.filter((level) => level.kind !== 'hard_stop') : [];
  const rest = trade.isLive ? trade.targets.filter((target) => target.isRest) : [];
  const mark = trade.isLive ? (figure?.mark ?? null) : null;
  const all = [...levels, ...rest].map((level) => level.price);
  const prices = [...all, trade.entryAverage, trade.exitAverage, mark, held?.price ?? null]
    .filter((price) => price !== null)
    .map(Number);
  return (original) => {
    const info = original();
    if (!info?.priceRange) return info;
    const { minValue, maxValue } = info.priceRange;
    const priceRange = { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) };
    return { ...info, priceRange };
  };
}
