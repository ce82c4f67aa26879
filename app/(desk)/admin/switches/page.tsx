import type { Metadata } from 'next';
import { SwitchesView } from '../../../../components/admin/switches-view.tsx';
import { AdminOnly } from '../../../../components/denied.tsx';
import { adminApi } from '../../../admin-api.ts';

export const metadata: Metadata = { title: 'Switches' };

export default async function SwitchesPage() {
  const api = await adminApi();
  if (!api) return <AdminOnly />;
  return <SwitchesView first={await api.switches.listAdmin()} />;
}
