/** How a person takes hold of the levels of a trade's chart. */
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures.ts';

export const sliderOf = (page: Page, name: 'Stop' | 'Target') => page.getByRole('slider', { name });
export const shownAt = async (slider: Locator) => Number(await slider.getAttribute('aria-valuetext'));
/** Also while a dialog lies over it. */
export const levelsOf = (page: Page) =>
  page.getByRole('region', { name: 'What would close it', includeHidden: true });
export const dialogOf = (page: Page, symbol: string) =>
  page.getByRole('dialog', { name: `Stop and target of ${symbol} on Practice` });
export const moving = (page: Page) => page.getByRole('status').filter({ hasText: /^(Stop|Target) \d/ });

/** Where a price lies on the screen, read off the two levels that are drawn. */
export async function heightOf(page: Page, price: number): Promise<{ x: number; y: number }> {
  const [stop, target] = [sliderOf(page, 'Stop'), sliderOf(page, 'Target')];
  const [low, high] = [await shownAt(stop), await shownAt(target)];
  const [under, over] = [await stop.boundingBox(), await target.boundingBox()];
  if (!under || !over) throw new Error('the levels are not drawn');
  const y = under.y + ((over.y - under.y) * (price - low)) / (high - low) + under.height / 2;
  return { x: under.x + 26, y };
}

/** The price of the moment, from how far the stop is away. */
export async function lastPrice(page: Page): Promise<number> {
  const cells = page.getByRole('row').filter({ hasText: 'Stop you' }).getByRole('cell');
  const [, level = '', away = ''] = await cells.allTextContents();
  return Number.parseFloat(level) / (1 - Number.parseFloat(away) / 100);
}

/** Takes a level by its grip and moves it to a price, without letting go. */
export async function drag(page: Page, name: 'Stop' | 'Target', price: number): Promise<void> {
  await sliderOf(page, name).scrollIntoViewIfNeeded();
  const from = await heightOf(page, await shownAt(sliderOf(page, name)));
  const to = await heightOf(page, price);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x + 3, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
}

export async function openTrade(page: Page, signal: string): Promise<void> {
  await page.goto(`/signals/${signal}`);
  const account = page
    .getByRole('region', { name: 'Accounts' })
    .getByRole('listitem')
    .filter({ hasText: 'Practice' });
  await expect(account).toContainText('Open');
  await account.getByRole('link', { name: 'Trade' }).click();
  await expect(sliderOf(page, 'Stop')).toHaveAttribute('aria-valuetext', '48.000');
}

/** What the dialog says is set now; the price may have passed it meanwhile, then it is not. */
export async function confirm(dialog: Locator): Promise<boolean> {
  const set = dialog.getByRole('button', { name: 'Set stop and target' });
  await set.click({ timeout: 3_000 }).catch(() => undefined);
  const refused = dialog.getByText('is already passed').first();
  await expect(dialog.or(refused))
    .toBeHidden({ timeout: 3_000 })
    .catch(() => undefined);
  if (await dialog.isHidden()) return true;
  await expect(refused).toBeVisible();
  await dialog.getByRole('button', { name: 'Leave them' }).click();
  return false;
}
