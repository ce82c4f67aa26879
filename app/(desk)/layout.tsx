import type { ReactNode } from 'react';
import { FirstVisitBar } from '../../components/first-visit/first-visit-bar.tsx';
import { OfflineBar } from '../../components/offline-bar.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Providers } from '../../components/providers.tsx';
import { SideNav } from '../../components/side-nav.tsx';
import { TopBar } from '../../components/top-bar.tsx';
import { pageActor } from '../server-api.ts';

export const dynamic = 'force-dynamic';

/** The frame around every page of a person; without a session it leads to the log-in before anything is sent. */
export default async function DeskLayout({ children }: { children: ReactNode }) {
  const { name, email, role, timeZone } = await pageActor();
  return (
    <Providers viewer={{ name, email, role, timeZone, renderedAt: new Date() }}>
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:p-2">
        Skip to the content
      </a>
      <div className="grid min-h-screen desk:grid-cols-[208px_minmax(0,1fr)]">
        <SideNav />
        <div className="min-w-0">
          <TopBar mode={process.env.APP_MODE === 'LIVE' ? 'Live' : 'Paper'} />
          <OfflineBar />
          <FirstVisitBar />
          <main
            id="content"
            className="mx-auto flex max-w-[1480px] flex-col gap-4 p-3.5 pb-20 desk:px-6 desk:pt-5 desk:pb-10"
          >
            <PageFrame>{children}</PageFrame>
          </main>
        </div>
      </div>
    </Providers>
  );
}
