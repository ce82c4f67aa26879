import type { Metadata } from 'next';
import { NoAccounts } from '../../../components/denied.tsx';
import { Guide } from '../../../components/first-visit/guide.tsx';
import { publicUrl } from '../../public-url.ts';
import { pageActor, pageApi } from '../../server-api.ts';

export const metadata: Metadata = { title: 'Your first trade' };

export default async function StartPage() {
  if ((await pageActor()).role === 'researcher') return <NoAccounts />;
  const api = await pageApi();
  return <Guide first={await api.firstVisit.progress()} place={await publicUrl()} />;
}
