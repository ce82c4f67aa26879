'use client';
import { Menu } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { placesOf } from './more-places.ts';
import { PlaceLink } from './place-link.tsx';
import { useViewer } from './viewer.tsx';

/** On a phone, the places that the bar at the bottom has no room for. */
export function MoreMenu() {
  const { role } = useViewer();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger
        aria-label="More places"
        className="grid size-8 place-items-center rounded-md text-text-2 hover:bg-raised hover:text-text desk:hidden"
      >
        <Menu size={16} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-50 min-w-44 rounded-lg border border-line-strong bg-surface p-1"
        >
          {[{ href: '/trades', name: 'Trades' }, ...placesOf(role)].map(({ href, name }) => (
            <DropdownMenu.Item key={href} asChild>
              <PlaceLink
                href={href}
                className="flex h-10 items-center rounded-md px-3 outline-none data-highlighted:bg-raised"
              >
                {name}
              </PlaceLink>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
