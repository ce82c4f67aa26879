import type { ReactNode } from 'react';

interface Props {
  name: string;
  badge?: ReactNode;
  about?: ReactNode;
  /** What can be done with it. */
  children?: ReactNode;
}

/** One thing of a short list: what it is, more about it below, its acts at the right. */
export function Item({ name, badge, about, children }: Props) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-2.5 last:border-0">
      <span className="min-w-0 grow basis-48">
        <b className="font-medium">{name}</b> {badge}
        {about ? <span className="block text-text-2">{about}</span> : null}
      </span>
      {children}
    </li>
  );
}
