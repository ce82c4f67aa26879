import type { Metadata } from 'next';
import { FlagsView } from '../../../../components/admin/flags-view.tsx';
import { AdminOnly } from '../../../../components/denied.tsx';
import { adminApi } from '../../../admin-api.ts';

export const metadata: Metadata = { title: 'Flags' };

export default async function FlagsPage() {
  const api = await adminApi();
  if (!api) return <AdminOnly />;
  return <FlagsView first={await api.flags.list()} />;
}
