'use client';
import { usePathname } from 'next/navigation';
import { placesOf } from './more-places.ts';
import { PlaceLink } from './place-link.tsx';
import { cx } from './ui/cx.ts';
import { useViewer } from './viewer.tsx';

/** The places of setting up, under the daily ones at the side; on a phone they are in the menu at the top. */
export function SetupLinks() {
  const path = usePathname();
  const { role } = useViewer();
  return (
    <>
      <hr className="mx-2 my-2 hidden border-line desk:block" />
      {placesOf(role).map(({ href, name, Icon }) => {
        const here = path.startsWith(href);
        return (
          <PlaceLink
            key={href}
            href={href}
            aria-current={here ? 'page' : undefined}
            className={cx(
              'hidden items-center gap-2.5 rounded-md px-2 py-1.5 desk:flex',
              here ? 'bg-raised font-medium text-text' : 'text-text-2 hover:bg-raised hover:text-text',
            )}
          >
            <Icon size={15} aria-hidden />
            {name}
          </PlaceLink>
        );
      })}
    </>
  );
}
