import type { Metadata } from 'next';
import { UsersView } from '../../../../components/admin/users-view.tsx';
import { AdminOnly } from '../../../../components/denied.tsx';
import { adminApi } from '../../../admin-api.ts';

export const metadata: Metadata = { title: 'Users' };

export default async function UsersPage() {
  const api = await adminApi();
  if (!api) return <AdminOnly />;
  return <UsersView first={await api.users.list({ search: null })} />;
}
