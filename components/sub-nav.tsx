'use client';
import { usePathname } from 'next/navigation';
import { PlaceLink } from './place-link.tsx';
import { cx } from './ui/cx.ts';

interface Place {
  href: string;
  name: string;
}

/** The parts of a section as links; on a phone they take a second line. */
export function SubNav({ name, places }: { name: string; places: readonly Place[] }) {
  const path = usePathname();
  return (
    <nav aria-label={name} className="border-b border-line">
      <ul className="-mx-1.5 flex flex-wrap desk:mx-0 desk:gap-1">
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
        '-mb-px inline-flex h-9 items-center whitespace-nowrap border-b-2 px-1.5 desk:px-2.5',
        here ? 'border-accent font-medium text-text' : 'border-transparent text-text-2 hover:text-text',
      )}
    >
      {name}
    </PlaceLink>
  );
}
