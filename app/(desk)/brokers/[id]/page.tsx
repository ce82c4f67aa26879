import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AccountView } from '../../../../components/brokers/account-view.tsx';
import { pageActor, pageApi } from '../../../server-api.ts';

export const metadata: Metadata = { title: 'Account' };

export default async function AccountPage({ params }: { params: Promise<{ id: string }> }) {
  if ((await pageActor()).role === 'researcher') notFound();
  const { id } = await params;
  const api = await pageApi();
  const first = await api.accounts.list();
  if (!first.some((account) => account.id === id)) notFound();
  return <AccountView id={id} first={first} />;
}
