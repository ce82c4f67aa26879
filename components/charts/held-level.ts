'use client';
import { useState } from 'react';
import type { Trade } from '../trade-view.tsx';

export type MovableKind = 'stop' | 'target';

export interface MovableLevel {
  kind: MovableKind;
  price: string;
}

/** A level that somebody has taken hold of in the chart. Nothing is changed by it: the dialog that it opens asks first. */
export interface Held {
  kind: MovableKind;
  /** Where it stood when it was taken. */
  from: string;
  price: string;
  /** All levels as they stood then: the decision is about these. */
  seen: Trade['standing'];
  by: 'pointer' | 'keys';
  /** It was let go somewhere else, and the dialog is open. */
  isAsking: boolean;
}

/** What may be moved by hand: the stop, and the target that takes the rest. The others are the rules'. */
export function movableLevels(trade: Trade): MovableLevel[] {
  if (trade.status !== 'OPEN' && trade.status !== 'EXITING') return [];
  const target = trade.targets.find((one) => one.isRest)?.price ?? null;
  const levels = [
    { kind: 'stop' as const, price: trade.standing.stop },
    { kind: 'target' as const, price: target },
  ];
  return levels.filter((level): level is MovableLevel => level.price !== null);
}

/** The trade's own levels as they would be. */
export const wantedBy = ({ kind, price, seen }: Held) => ({
  stop: kind === 'stop' ? price : seen.ownStop,
  target: kind === 'target' ? price : seen.ownTarget,
});

/** Take hold of a level, move it, let go of it: elsewhere it asks, where it was taken it is left alone. */
export function useHeldLevel(trade: Trade) {
  const [taken, setHeld] = useState<Held | null>(null);
  // what closed meanwhile has no levels to move
  const held = taken && movableLevels(trade).some(({ kind }) => kind === taken.kind) ? taken : null;
  return {
    held,
    take: ({ kind, price }: MovableLevel, by: Held['by']) =>
      setHeld({ kind, from: price, price, seen: trade.standing, by, isAsking: false }),
    move: (price: string) => setHeld((now) => (now && !now.isAsking ? { ...now, price } : now)),
    letGo: () => setHeld((now) => (now && isElsewhere(now) ? { ...now, isAsking: true } : null)),
    leave: () => setHeld(null),
  };
}
export type Holding = ReturnType<typeof useHeldLevel>;

export const isElsewhere = ({ from, price }: Held): boolean => Number(from) !== Number(price);
