import type { Metadata } from 'next';
import { ExitDefaults } from '../../../../components/admin/exit-defaults.tsx';
import { AdminOnly } from '../../../../components/denied.tsx';
import { adminApi } from '../../../admin-api.ts';

export const metadata: Metadata = { title: 'Exit rules' };

export default async function ExitRulesPage() {
  const api = await adminApi();
  if (!api) return <AdminOnly />;
  return <ExitDefaults first={await api.exitRules.defaults()} />;
}
