import type { Metadata } from 'next';
import { AccountList } from '../../../../components/brokers/account-list.tsx';
import { NoAccounts } from '../../../../components/denied.tsx';
import { pageActor, pageApi } from '../../../server-api.ts';

export const metadata: Metadata = { title: 'Brokers' };

export default async function BrokersPage() {
  if ((await pageActor()).role === 'researcher') return <NoAccounts />;
  const api = await pageApi();
  return <AccountList first={await api.accounts.list()} />;
}
