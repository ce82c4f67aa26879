'use client';
import { Failed } from '../../components/states.tsx';

/** A page that could not be made: what is still true, and the way to try again. */
export default function DeskError({ reset }: { error: Error; reset: () => void }) {
  return (
    <Failed
      what="This page could not be loaded"
      stillTrue="Your trades are watched and closed by the worker, whether this page works or not."
      retry={reset}
    />
  );
}
