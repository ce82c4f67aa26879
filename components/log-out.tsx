'use client';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import { signOut } from 'next-auth/react';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

/** An answer that takes longer than this is not waited for. */
const ANSWER_MS = 2_000;

const Context = createContext<() => void>(() => undefined);

/**
 * The way out: first everything that asks or listens goes from the page, and what is under way is answered; then the session
 * ends. The other way round each of them would be refused, and the first refusal would lead to the log-in as if time had run out.
 */
export function LeaveProvider({ children }: { children: ReactNode }) {
  const [leaving, setLeaving] = useState(false);
  if (leaving) return <Leaving />;
  return <Context value={() => setLeaving(true)}>{children}</Context>;
}

function Leaving() {
  const queries = useQueryClient();
  useEffect(() => {
    void leave(queries);
  }, [queries]);
  return (
    <main className="grid min-h-dvh place-items-center text-text-2">
      <p role="status">Logging out…</p>
    </main>
  );
}

async function leave(queries: QueryClient): Promise<void> {
  await settled(queries);
  await signOut({ redirect: false }).catch(() => undefined);
  // the whole page goes: nothing of this person stays in memory
  window.location.assign('/login');
}

/** Until nothing is being asked any more. */
async function settled(queries: QueryClient): Promise<void> {
  let stop = () => {};
  const answered = new Promise<void>((resolve) => {
    const look = () => {
      if (queries.isFetching() === 0) resolve();
    };
    stop = queries.getQueryCache().subscribe(look);
    look();
  });
  await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, ANSWER_MS))]);
  stop();
}

export function LogOutButton() {
  return (
    <button
      type="button"
      onClick={useContext(Context)}
      aria-label="Log out"
      title="Log out"
      className="grid size-8 place-items-center rounded-md text-text-2 hover:bg-raised hover:text-text"
    >
      <LogOut size={15} aria-hidden />
    </button>
  );
}
