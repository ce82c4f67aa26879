import type { Metadata } from 'next';
import { LimitsView } from '../../../../components/admin/limits-view.tsx';
import { AdminOnly } from '../../../../components/denied.tsx';
import { adminApi } from '../../../admin-api.ts';

export const metadata: Metadata = { title: 'Limits' };

export default async function LimitsPage() {
  const api = await adminApi();
  if (!api) return <AdminOnly />;
  return <LimitsView first={await api.limits.listAdmin({ userId: null })} />;
}
