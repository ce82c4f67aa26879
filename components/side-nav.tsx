'use client';
import {
  Activity,
  ArrowLeftRight,
  BriefcaseBusiness,
  History,
  LayoutDashboard,
  ListOrdered,
} from 'lucide-react';
import { usePathname } from 'next/navigation';
import { Mark } from './mark.tsx';
import { PlaceLink } from './place-link.tsx';
import { SetupLinks } from './setup-links.tsx';
import { cx } from './ui/cx.ts';

const PLACES = [
  { href: '/', name: 'Overview', Icon: LayoutDashboard },
  { href: '/signals', name: 'Signals', Icon: Activity },
  { href: '/positions', name: 'Positions', Icon: BriefcaseBusiness },
  { href: '/orders', name: 'Orders', Icon: ListOrdered },
  { href: '/history', name: 'History', Icon: History },
  { href: '/trades', name: 'Trades', Icon: ArrowLeftRight },
] as const;

/** A phone has room for five. */
const ON_A_PHONE = 5;

/** The places of the desk: at the side, or on a phone at the bottom within the thumb's reach. */
export function SideNav() {
  const path = usePathname();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-20 flex h-14 justify-around gap-px border-t border-line bg-surface p-1 desk:sticky desk:inset-auto desk:top-0 desk:h-screen desk:flex-col desk:justify-start desk:border-t-0 desk:border-r desk:bg-bg desk:px-2.5 desk:py-3.5"
    >
      <PlaceLink
        href="/"
        className="hidden items-center gap-2 px-2 pt-0.5 pb-3.5 font-semibold text-[15px] tracking-tight desk:flex"
      >
        <Mark /> Lockstep
      </PlaceLink>
      {PLACES.map(({ href, name, Icon }, index) => {
        const here = href === '/' ? path === '/' : path.startsWith(href);
        return (
          <PlaceLink
            key={href}
            href={href}
            aria-current={here ? 'page' : undefined}
            className={cx(
              'flex flex-1 flex-col items-center justify-center gap-0.5 rounded-md px-2 text-[11px] desk:flex-none desk:flex-row desk:justify-start desk:gap-2.5 desk:py-1.5 desk:text-[13px]',
              index >= ON_A_PHONE && 'max-desk:hidden',
              here ? 'bg-raised font-medium text-text' : 'text-text-2 hover:bg-raised hover:text-text',
            )}
          >
            <Icon size={15} aria-hidden />
            {name}
          </PlaceLink>
        );
      })}
      <SetupLinks />
    </nav>
  );
}
