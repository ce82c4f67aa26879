import type { ReactNode } from 'react';
import { AdminOnly } from '../../../components/denied.tsx';
import { SubNav } from '../../../components/sub-nav.tsx';
import { pageActor } from '../../server-api.ts';

const PLACES = [
  { href: '/admin/users', name: 'Users' },
  { href: '/admin/limits', name: 'Limits' },
  { href: '/admin/exit-rules', name: 'Exit rules' },
  { href: '/admin/flags', name: 'Flags' },
  { href: '/admin/switches', name: 'Switches' },
  { href: '/admin/instruments', name: 'Instruments' },
  { href: '/admin/audit', name: 'Audit' },
] as const;

/** The pages of admins. Each of them asks for the role again, and so does every procedure behind them. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  if ((await pageActor()).role !== 'admin') return <AdminOnly />;
  return (
    <>
      <SubNav name="Admin" places={PLACES} />
      {children}
    </>
  );
}
