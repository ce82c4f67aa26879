/** Every page and what has to be opened on it before it is looked at. Entry point: deskPages. */
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

export type Who = 'nora' | 'admin' | 'newcomer' | 'nobody';

export interface DeskPage {
  name: string;
  who: Who;
  path: string;
  /** What a person opens on it; a list is opened at its first row. */
  act?: (page: Page) => Promise<void>;
}

const main = (page: Page) => page.locator('main');
const press = (name: string | RegExp) => async (page: Page) => {
  await main(page).getByRole('button', { name }).first().click();
};
const firstRow = async (page: Page) => {
  await main(page).locator('button[aria-expanded]').first().click();
  await expect(main(page).locator('[aria-expanded="true"]')).toHaveCount(1);
};
const follow = (kind: string) => async (page: Page) => {
  await main(page).locator(`a[href^="/${kind}/"]`).first().click();
  await expect(page).toHaveURL(new RegExp(`/${kind}/`));
};

const HISTORY: readonly DeskPage[] = [
  { name: 'history', who: 'nora', path: '/history?range=90d' },
  ...['Source', 'Symbol', 'Exit'].map((by) => ({
    name: `history-by-${by.toLowerCase()}`,
    who: 'nora' as const,
    path: '/history?range=90d',
    act: async (page: Page) => {
      await page.getByRole('button', { name: by, exact: true }).click();
      await page.getByRole('region', { name: 'Where it came from' }).scrollIntoViewIfNeeded();
    },
  })),
  { name: 'history-trades', who: 'nora', path: '/history?view=trades' },
  { name: 'history-lots', who: 'nora', path: '/history?view=lots' },
];

const parts = ['webhook', 'accounts', 'exits', 'events', 'settings'];
const admin = ['users', 'limits', 'exit-rules', 'flags', 'switches', 'instruments', 'audit'];

interface Ids {
  strategy: string;
  account: string;
  signal: string;
  refused: string;
}

export const deskPages = (ids: () => Ids): readonly (Omit<DeskPage, 'path'> & { path: () => string })[] =>
  (
    [
      { name: 'login', who: 'nobody', path: '/login' },
      { name: 'overview', who: 'nora', path: '/' },
      { name: 'signals', who: 'nora', path: '/signals' },
      { name: 'signal', who: 'nora', path: '/signals/:signal' },
      { name: 'signal-refused', who: 'nora', path: '/signals/:refused' },
      { name: 'positions', who: 'nora', path: '/positions' },
      { name: 'position', who: 'nora', path: '/positions', act: firstRow },
      { name: 'trades', who: 'nora', path: '/trades' },
      { name: 'trades-closed', who: 'nora', path: '/trades?state=ended' },
      { name: 'trade', who: 'nora', path: '/trades', act: follow('trades') },
      { name: 'trade-closed', who: 'nora', path: '/trades?state=ended', act: follow('trades') },
      { name: 'orders', who: 'nora', path: '/orders' },
      { name: 'orders-resting', who: 'nora', path: '/orders?state=working' },
      { name: 'order', who: 'nora', path: '/orders', act: firstRow },
      ...HISTORY,
      { name: 'strategies', who: 'nora', path: '/strategies' },
      { name: 'strategy-new', who: 'nora', path: '/strategies', act: press('New strategy') },
      ...parts.map((part) => ({
        name: `strategy-${part}`,
        who: 'nora' as const,
        path: `/strategies/:strategy?show=${part}`,
      })),
      { name: 'brokers', who: 'nora', path: '/brokers' },
      { name: 'broker', who: 'nora', path: '/brokers/:account' },
      { name: 'settings', who: 'nora', path: '/settings' },
      { name: 'not-found', who: 'nora', path: '/trades/00000000-0000-7000-8000-000000000000' },
      { name: 'first-visit', who: 'newcomer', path: '/start' },
      { name: 'empty-overview', who: 'newcomer', path: '/' },
      ...['signals', 'positions', 'orders', 'history', 'trades', 'strategies', 'brokers'].map((place) => ({
        name: `empty-${place}`,
        who: 'newcomer' as const,
        path: `/${place}`,
      })),
      ...admin.map((place) => ({
        name: `admin-${place}`,
        who: 'admin' as const,
        path: `/admin/${place}`,
      })),
    ] satisfies DeskPage[]
  ).map((one) => ({
    ...one,
    path: () => one.path.replace(/:(\w+)/, (_, name: keyof Ids) => ids()[name]),
  }));
