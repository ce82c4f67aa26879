import type { Metadata } from 'next';
import { InstrumentsView } from '../../../../components/admin/instruments-view.tsx';
import { AdminOnly } from '../../../../components/denied.tsx';
import { adminApi } from '../../../admin-api.ts';

export const metadata: Metadata = { title: 'Instruments' };

export default async function InstrumentsPage() {
  const api = await adminApi();
  if (!api) return <AdminOnly />;
  return (
    <InstrumentsView
      markets={await api.instruments.markets()}
      first={await api.instruments.list({ symbol: null })}
    />
  );
}
