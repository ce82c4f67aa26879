'use client';
import { type ReactNode, useEffect, useState } from 'react';
import { useGoing } from './going.ts';
import { PageShape } from './page-shape.tsx';

/** A page that comes within this takes the place of the one before it without a step between. */
const PATIENCE_MS = 150;

/**
 * The page, or the shape of the one that is on its way when that takes long. This is no loading.tsx because React leaves
 * such a shape on the screen for 300 ms at least, which every page then took.
 */
export function PageFrame({ children }: { children: ReactNode }) {
  const going = useGoing();
  const [late, setLate] = useState<string | null>(null);
  useEffect(() => {
    if (going === null) return;
    const timer = setTimeout(() => setLate(going), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(null);
    };
  }, [going]);
  const isLate = going !== null && late === going;
  return (
    <>
      {isLate ? <PageShape href={going} /> : null}
      <div className={isLate ? 'hidden' : 'contents'}>{children}</div>
    </>
  );
}
