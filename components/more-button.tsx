'use client';
import { Button } from './ui/button.tsx';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Asks for the next page of a list; absent at its end. */
export function MoreButton({ what, query }: { what: string; query: Paged }) {
  if (!query.hasNextPage) return null;
  return (
    <Button
      className="self-center"
      disabled={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
    >
      {query.isFetchingNextPage ? `Loading ${what}` : `Show ${what}`}
    </Button>
  );
}
