'use client';
import type { inferRouterOutputs } from '@trpc/server';
import type { Api } from '#server/api/root.ts';

export type Position = inferRouterOutputs<Api>['positions']['list']['items'][number];
type Figure = inferRouterOutputs<Api>['trades']['live'][number];

/** A position with the figures of this second laid over those it was listed with. */
export function withFigure(position: Position, figure: Figure | undefined, lostAt: Date | null): Position {
  // without a connection its price is none of now
  if (!figure) return lostAt ? { ...position, isGood: false } : position;
  const { mark, ageMs, isGood, pnl, pnlPercent } = figure;
  const next = position.next;
  const moved = next && figure.levels.find((level) => level.kind === next.kind);
  // the live distance has no sign: one that was passed stays passed until the list is read again
  const distance = moved && !next.distance?.startsWith('-') ? moved.distance : (next?.distance ?? null);
  return { ...position, mark, ageMs, isGood, pnl, pnlPercent, next: next && { ...next, distance } };
}
