'use client';
import { percent, span } from '../format.ts';
import { levelWord } from '../level-words.ts';
import { useNow } from '../now.ts';
import { cx } from '../ui/cx.ts';
import type { Position } from './live-position.ts';

/** Closer than this, in percent of the price, is near. */
export const NEAR_PERCENT = 0.25;

export const isNear = (position: Position): boolean =>
  position.closing !== null ||
  (position.next?.distance !== null && Number(position.next?.distance ?? 100) <= NEAR_PERCENT);

/** What would close it next and how far away that is, or what closes it now. */
export function NextExit({ position }: { position: Position }) {
  const now = useNow();
  if (position.closing) return <span className="text-warn">closing: {position.closing}</span>;
  const { next, dueAt } = position;
  if (next?.distance?.startsWith('-'))
    return <span className="text-warn">{levelWord(next.kind)} is passed</span>;
  if (next) {
    return (
      <>
        {levelWord(next.kind)}
        {next.distance ? (
          <span className={cx(isNear(position) ? 'text-warn' : undefined)}>
            , {percent(next.distance)} away
          </span>
        ) : null}
      </>
    );
  }
  if (dueAt) return <>out in {span(Math.max(0, dueAt.getTime() - now.getTime()))}</>;
  return <>no rule</>;
}
