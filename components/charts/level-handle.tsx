'use client';
import { GripHorizontal } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { decimalsOf, price } from '../format.ts';
import { cx } from '../ui/cx.ts';
import type { Holding, MovableLevel } from './held-level.ts';
import { largeStep, snapped, stepped } from './tick.ts';

/** Where prices lie in a picture. */
export interface Pane {
  /** Tells of every painting; answers how to stop it. */
  onPaint: (follow: () => void) => () => void;
  /** Pixels from the top, or null while nothing is drawn. */
  yOf: (price: string) => number | null;
  priceAt: (y: number) => number | null;
  height: () => number;
}

interface Props {
  level: MovableLevel;
  tickSize: string;
  pane: Pane;
  holding: Holding;
}

/** Let go this close to where it was taken, in pixels, it is back. */
const BACK_PX = 4;

/** Ticks that a key moves a level by. */
const stepOf = (key: string, at: string, tickSize: string): number | null =>
  ({
    ArrowUp: 1,
    ArrowDown: -1,
    PageUp: largeStep(at, tickSize),
    PageDown: -largeStep(at, tickSize),
  })[key] ?? null;

/**
 * A level's line, to be moved by mouse (all of it), finger (its grip) or keys (arrows, page keys, Enter, Escape).
 * Moving changes nothing: letting go opens the dialog that asks.
 */
export function LevelHandle({ level, tickSize, pane, holding }: Props) {
  const line = useRef<HTMLDivElement>(null);
  const held = holding.held?.kind === level.kind ? holding.held : null;
  const shown = held?.price ?? level.price;
  const drag = useDrag({ level, tickSize, pane, holding });
  usePlace(line, pane, shown, held !== null);

  const isMoving = held !== null && !held.isAsking;
  const { leave } = holding;
  useEffect(() => {
    if (!isMoving) return;
    // whatever has the focus: a finger or a mouse that holds a level gives it none
    const listen = (event: globalThis.KeyboardEvent) => event.key === 'Escape' && leave();
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && isMoving) holding.letGo();
    const step = stepOf(event.key, shown, tickSize);
    if (step !== null) {
      if (!isMoving) holding.take(level, 'keys');
      holding.move(stepped(shown, step, tickSize));
    }
    if (step !== null || event.key === 'Enter') event.preventDefault();
  };

  return (
    <div
      ref={line}
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={level.kind === 'stop' ? 'Stop' : 'Target'}
      aria-valuenow={Number(shown)}
      aria-valuemin={0}
      aria-valuemax={2 * Number(level.price)}
      aria-valuetext={price(shown, decimalsOf(tickSize), { average: true })}
      onKeyDown={onKeyDown}
      onBlur={() => held?.by === 'keys' && isMoving && leave()}
      {...drag}
      className={cx(
        'group -mt-2.5 pointer-events-none absolute inset-x-0 top-0 z-10 flex h-5 cursor-ns-resize items-center pl-2',
        'pointer-fine:pointer-events-auto',
      )}
    >
      <span
        className={cx(
          'pointer-events-auto grid h-11 w-14 touch-none place-items-center pointer-fine:h-5 pointer-fine:w-9',
          level.kind === 'stop' ? 'text-loss' : 'text-gain',
        )}
      >
        <span className="grid h-[18px] w-8 place-items-center rounded border border-line-strong bg-surface group-hover:border-current">
          <GripHorizontal size={14} aria-hidden />
        </span>
      </span>
    </div>
  );
}

/** Lays the handle on its line, and again after every painting; out of the picture, it is out of reach. */
function usePlace(line: React.RefObject<HTMLDivElement | null>, pane: Pane, shown: string, isHeld: boolean) {
  useLayoutEffect(() => {
    const place = () => {
      const [y, height] = [pane.yOf(shown), pane.height()];
      if (!line.current) return;
      const isOut = y === null || (!isHeld && (y < 0 || y > height));
      line.current.style.visibility = isOut ? 'hidden' : 'visible';
      if (y !== null) line.current.style.transform = `translateY(${Math.min(height, Math.max(0, y))}px)`;
    };
    place();
    return pane.onPaint(place);
  }, [line, pane, shown, isHeld]);
}

/** Mouse and finger: the line keeps its distance to the pointer, and lies on the tick. */
function useDrag({ level, tickSize, pane, holding }: Props) {
  const grip = useRef<{ pointer: number; above: number; from: number } | null>(null);
  const isMine = (event: PointerEvent) => grip.current?.pointer === event.pointerId;
  const end = () => {
    grip.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const y = pane.yOf(level.price);
      if (event.button !== 0 || !event.isPrimary || y === null || holding.held?.isAsking) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      grip.current = { pointer: event.pointerId, above: event.clientY - y, from: y };
      holding.take(level, 'pointer');
    },
    onPointerMove: (event: PointerEvent) => {
      if (!grip.current || !isMine(event) || !holding.held) return;
      const y = event.clientY - grip.current.above;
      const at = pane.priceAt(y);
      const isBack = Math.abs(y - grip.current.from) < BACK_PX || at === null;
      holding.move(isBack ? level.price : snapped(at, tickSize));
    },
    onPointerUp: (event: PointerEvent) => {
      if (!isMine(event)) return;
      end();
      holding.letGo();
    },
    onPointerCancel: (event: PointerEvent) => {
      if (!isMine(event)) return;
      end();
      holding.leave();
    },
  };
}
