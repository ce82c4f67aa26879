'use client';
import { KillSwitch } from './kill-switch.tsx';
import { LogOutButton } from './log-out.tsx';
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
