'use client';
import { LogOut } from 'lucide-react';
import { signOut } from 'next-auth/react';
import { useState } from 'react';
import { KillSwitch } from './kill-switch.tsx';
import { Mark } from './mark.tsx';
import { MoreMenu } from './more-menu.tsx';
import { PlaceLink } from './place-link.tsx';
import { ThemeButton } from './theme.tsx';
import { useViewer } from './viewer.tsx';

/** Paper or live, who is logged in, how it looks, and the way out. */
export function TopBar({ mode }: { mode: 'Paper' | 'Live' }) {
  const viewer = useViewer();
  return (
    <header className="flex h-[52px] items-center gap-3 border-b border-line px-3.5 desk:px-6">
      <PlaceLink href="/" aria-label="Lockstep" className="desk:hidden">
        <Mark />
      </PlaceLink>
      <span className="grow" />
      <span
        title={mode === 'Paper' ? 'No live order leaves this installation' : 'Orders go to real brokers'}
        className="rounded-[5px] border border-line-strong px-1.5 py-0.5 font-medium text-text-2"
      >
        {mode}
      </span>
      <span className="hidden truncate text-text-2 desk:block" title={`${viewer.email}, ${viewer.role}`}>
        {viewer.name}
      </span>
      <KillSwitch />
      <ThemeButton />
      <LogOutButton />
      <MoreMenu />
    </header>
  );
}

function LogOutButton() {
  const [leaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    await signOut({ redirect: false }).catch(() => undefined);
    // the whole page goes: nothing of this person stays in memory
    window.location.assign('/login');
  };
  return (
    <button
      type="button"
      onClick={leave}
      disabled={leaving}
      aria-label="Log out"
      title="Log out"
      className="grid size-8 place-items-center rounded-md text-text-2 hover:bg-raised hover:text-text"
    >
      <LogOut size={15} aria-hidden />
    </button>
  );
}
