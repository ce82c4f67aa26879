import type { Metadata } from 'next';
import { NoAccounts } from '../../../../components/denied.tsx';
import { StrategyList } from '../../../../components/strategies/strategy-list.tsx';
import { pageActor, pageApi } from '../../../server-api.ts';

export const metadata: Metadata = { title: 'Strategies' };

export default async function StrategiesPage() {
  if ((await pageActor()).role === 'researcher') return <NoAccounts />;
  const api = await pageApi();
  return <StrategyList first={await api.strategies.list()} />;
}
