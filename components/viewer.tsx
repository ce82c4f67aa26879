'use client';
import { createContext, type ReactNode, useContext } from 'react';

/** Who looks: what the pages need to know of a person. */
export interface Viewer {
  name: string;
  email: string;
  role: string;
  timeZone: string;
  /** When the server made the page. */
  renderedAt: Date;
}

const Context = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <Context value={viewer}>{children}</Context>;
}

/** The person of this page. Throws outside of the desk. */
export function useViewer(): Viewer {
  const viewer = useContext(Context);
  if (!viewer) throw new Error('a page of the desk has a viewer');
  return viewer;
}
