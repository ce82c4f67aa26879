import type { Metadata } from 'next';
import { SignalView } from '../../../../components/signal-view.tsx';
import { orNotFound, pageApi } from '../../../server-api.ts';

export const metadata: Metadata = { title: 'Signal' };

export default async function SignalPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const api = await pageApi();
  return <SignalView id={id} first={await orNotFound(api.signals.get({ id }))} />;
}
