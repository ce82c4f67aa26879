import type { Metadata } from 'next';
import { TradeView } from '../../../../components/trade-view.tsx';
import { orNotFound, pageApi } from '../../../server-api.ts';

export const metadata: Metadata = { title: 'Trade' };

export default async function TradePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const api = await pageApi();
  return <TradeView id={id} first={await orNotFound(api.trades.get({ id }))} />;
}
