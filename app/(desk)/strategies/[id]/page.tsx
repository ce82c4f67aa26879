import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { STRATEGY_PARTS } from '../../../../components/strategies/parts.ts';
import { StrategyView } from '../../../../components/strategies/strategy-view.tsx';
import { publicUrl } from '../../../public-url.ts';
import { orNotFound, pageActor, pageApi } from '../../../server-api.ts';
import { chosen } from '../../search.ts';

export const metadata: Metadata = { title: 'Strategy' };

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<{ show?: string }>;
}

export default async function StrategyPage({ params, searchParams }: Props) {
  if ((await pageActor()).role === 'researcher') notFound();
  const { id } = await params;
  const { show } = await searchParams;
  const api = await pageApi();
  const first = await orNotFound(api.strategies.get({ id }));
  return <StrategyView first={first} part={chosen(show, STRATEGY_PARTS)} place={await publicUrl()} />;
}
