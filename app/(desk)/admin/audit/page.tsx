import type { Metadata } from 'next';
import { AuditView } from '../../../../components/admin/audit-view.tsx';
import { AdminOnly } from '../../../../components/denied.tsx';
import { adminApi } from '../../../admin-api.ts';

export const metadata: Metadata = { title: 'Audit' };

export default async function AuditPage() {
  const api = await adminApi();
  if (!api) return <AdminOnly />;
  return <AuditView first={await api.audit.list({})} />;
}
