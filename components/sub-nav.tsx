'use client';
import { usePathname } from 'next/navigation';
import { PlaceLink } from './place-link.tsx';
import { cx } from './ui/cx.ts';

interface Place {
  href: string;
  name: string;
}

/** The parts of a section as links; on a phone they scroll sideways. */
export function SubNav({ name, places }: { name: string; places: readonly Place[] }) {
  const path = usePathname();
  return (
    <nav
      aria-label={name}
      className="-mx-3.5 overflow-x-auto border-b border-line px-3.5 desk:mx-0 desk:px-0"
    >
      <ul className="flex gap-1">
        {places.map((place) => (
          <li key={place.href}>
            <SubLink {...place} here={path === place.href} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** One part; a hairline under it when it is the one that shows. */
export function SubLink({ href, name, here }: Place & { here: boolean }) {
  return (
    <PlaceLink
      href={href}
      scroll={false}
      aria-current={here ? 'page' : undefined}
      className={cx(
        '-mb-px inline-flex h-9 items-center whitespace-nowrap border-b-2 px-2.5',
        here ? 'border-accent font-medium text-text' : 'border-transparent text-text-2 hover:text-text',
      )}
    >
      {name}
    </PlaceLink>
  );
}
