import type { Metadata } from 'next';
import { SettingsView } from '../../../components/settings/settings-view.tsx';
import { pageApi } from '../../server-api.ts';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const api = await pageApi();
  return <SettingsView first={await api.profile.get()} />;
}
