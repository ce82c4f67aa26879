/**
 * Every page for people who do not see it as it was drawn: axe-core on each page, light and dark, wide and narrow, and a
 * walk through each by keyboard alone. The pages are read from app/, so that a new one is tested without being told of.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { PAGES } from './places.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 AA and everything before it. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Where a page's id comes from: the first link of this kind on the first of its lists that has one. */
const LISTS: Readonly<Record<string, { lists: string[]; link: string }>> = {
  '/signals/[id]': { lists: ['/signals'], link: 'a[href^="/signals/"]' },
  // the market moves: what was entered may have been closed meanwhile
  '/trades/[id]': { lists: ['/trades', '/trades?state=ended'], link: 'a[href^="/trades/"]' },
  '/brokers/[id]': { lists: ['/brokers'], link: 'a[href^="/brokers/"]' },
  '/strategies/[id]': { lists: ['/strategies'], link: 'a[href^="/strategies/"]' },
};

interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe finds on the page as it stands, shortened to what one needs to mend it. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const { axe } = window as unknown as {
      axe: { run: (on: Document, options: unknown) => Promise<{ violations: Violation[] }> };
    };
    return (await axe.run(document, { runOnly: { type: 'tag', values: tags } })).violations;
  }, RULES);
  return found.flatMap(({ id, help, nodes }) =>
    nodes
      .slice(0, 3)
      .map(({ html, failureSummary }) => `${id}: ${help}\n${html.slice(0, 200)}\n${failureSummary}`),
  );
}

/** The page has its data and its live stream; figures that still move are no matter to axe. */
async function settle(page: Page): Promise<void> {
  await expect(page.locator('main')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
}

const who = (place: string): string =>
  place.startsWith('/admin') || place.startsWith('/ops') ? 'admin' : 'ada';

async function addressOf(page: Page, place: string): Promise<string | null> {
  const from = LISTS[place];
  if (!from) return place;
  for (const list of from.lists) {
    await page.goto(list);
    await settle(page);
    const link = page.locator(`main ${from.link}`).first();
    if ((await link.count()) > 0) return link.getAttribute('href');
  }
  return null;
}

test('the list of pages is the application’s', () => {
  expect(PAGES).toEqual(expect.arrayContaining(['/login', '/signals', '/trades', '/trades/[id]']));
  for (const place of PAGES.filter((one) => one.includes('['))) {
    if (place === '/invitation/[token]') continue;
    expect(Object.keys(LISTS), place).toContain(place);
  }
});

test.beforeAll(async ({ browser, ready }) => {
  // something to look at: a signal with its open trades
  const page = await browser.newPage();
  const webhook = ready.webhooks.find((one) => one.strategy === 'Shared breakout');
  const entry = { symbol: 'AXEUSD', action: 'entry', direction: 'long', price: 100, stop: 96, target: 200 };
  expect((await page.request.post(webhook?.url ?? '', { data: entry })).status()).toBe(200);
  await page.close();
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    for (const place of PAGES) {
      test(`${place} has no violation, wide or narrow`, async ({ page, logIn }) => {
        if (place !== '/login' && !place.startsWith('/invitation')) await logIn(who(place));
        const address = await addressOf(page, place);
        expect(address, 'nothing is listed there to look at').not.toBeNull();
        await page.goto(address ?? place);
        await settle(page);
        expect(await violationsOf(page)).toEqual([]);
        await page.setViewportSize({ width: 375, height: 780 });
        await settle(page);
        expect(await violationsOf(page)).toEqual([]);
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wide, 'the page scrolls sideways on a phone').toBeLessThanOrEqual(0);
      });
    }
  });
}

test('every page can be walked by keyboard: what has the focus is visible and has a name', async ({
  page,
  logIn,
}) => {
  test.setTimeout(180_000);
  await logIn('ada');
  for (const place of PAGES) {
    if (place.includes('[') || who(place) === 'admin' || place === '/login') continue;
    await page.goto(place);
    await settle(page);
    const seen = new Set<string>();
    for (let step = 0; step < 25; step += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const on = document.activeElement as HTMLElement | null;
        if (!on || on === document.body) return null;
        const box = on.getBoundingClientRect();
        const style = getComputedStyle(on);
        const name = on.getAttribute('aria-label') ?? on.textContent ?? '';
        const labelled = on.matches('input, select, textarea') || on.hasAttribute('aria-labelledby');
        return {
          what: on.outerHTML.slice(0, 160),
          hidden: box.width === 0 || box.height === 0 || style.visibility === 'hidden',
          named: labelled || name.trim() !== '' || on.querySelector('[aria-label], title') !== null,
          marked: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || on.matches('input'),
        };
      });
      if (at === null) break;
      expect(at, `${place}: ${at.what}`).toMatchObject({ hidden: false, named: true, marked: true });
      seen.add(at.what);
    }
    expect(seen.size, `${place}: the focus stands still`).toBeGreaterThan(3);
  }
});
