'use client';
import Link, { useLinkStatus } from 'next/link';
import { type ComponentProps, useEffect } from 'react';
import { setGoing } from './going.ts';

type Props = Omit<ComponentProps<typeof Link>, 'href'> & { href: string };

/**
 * A link to another place of the desk. Nothing is fetched before the click: a list has a hundred of them, and each would
 * send a request of its own as soon as it is seen.
 */
export function PlaceLink({ href, children, ...rest }: Props) {
  return (
    <Link href={href} prefetch={false} {...rest}>
      {children}
      <Report href={href} />
    </Link>
  );
}

/** Tells the frame that the page behind this link is on its way. */
function Report({ href }: { href: string }) {
  const { pending } = useLinkStatus();
  useEffect(() => (pending ? setGoing(href) : undefined), [pending, href]);
  return null;
}
