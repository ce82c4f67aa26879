/**
 * Every page as somebody sees it on a working day, at both widths in both themes: nothing is wider than the screen, and the
 * pictures are kept. `LOCKSTEP_WRITE_SCREENSHOTS=1` writes those of docs/screenshots.
 */
import type { Page } from '@playwright/test';
import { deskPages, type Who } from './desk-pages.ts';
import { deskScene, type Scene } from './desk-scene.ts';
import { test as base, expect } from './fixtures.ts';
import { openLine } from './line.ts';
import { logInAs } from './newcomer.ts';
import { takePicture } from './pictures.ts';

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } } as const;
const SCHEMES = ['light', 'dark'] as const;

type Door = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

let scene: Scene;
/** Everybody logs in once. */
const doors = new Map<Who, Door>();

const test = base.extend<{ who: Who }>({
  who: ['nobody', { option: true }],
  storageState: async ({ who }, use) => use(doors.get(who)),
});

base.beforeAll(async ({ browser, ready }) => {
  base.setTimeout(180_000);
  scene = await deskScene(ready.databaseUrl, ready.url);
  const admin = ready.users.find((one) => one.role === 'admin');
  for (const [who, person] of [
    ['nora', scene],
    ['newcomer', scene.newcomer],
    ['admin', admin ?? scene],
  ] as const) {
    const context = await browser.newContext({ baseURL: ready.url });
    const page = await context.newPage();
    await page.goto('/login?next=/settings');
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    doors.set(who, await context.storageState());
    await context.close();
  }
});

async function settle(page: Page): Promise<void> {
  await expect(page.locator('h1').first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"], main [role="status"][aria-label^="Loading"]')).toHaveCount(
    0,
  );
}

/** As wide as the screen and no wider, at both widths. */
async function look(page: Page, name: string, scheme: string, isKept = true): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await expect.poll(overflow, { message: `${name} ${size}` }).toBeLessThanOrEqual(0);
    await takePicture(page, test.info(), `${name}-${size}-${scheme}`, isKept);
  }
}

for (const { name, who, path, act } of deskPages(() => scene)) {
  test.describe(() => {
    // an address that leads nowhere is answered 404, and the browser says so
    test.use({ who, expectedErrors: name === 'not-found' ? [/status of 404/] : [] });

    test(`${name} fits a desk and a phone, light and dark`, async ({ page }) => {
      for (const scheme of SCHEMES) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize(SIZES.desk);
        await page.goto(path());
        await settle(page);
        await act?.(page);
        await settle(page);
        // an empty desk looks the same in the dark: one picture of it is enough
        await look(page, name, scheme, scheme === 'light' || who !== 'newcomer');
      }
    });
  });
}

test.describe('without a connection', () => {
  test.use({ who: 'nora', expectedErrors: [/./] });

  test('the page says since when it stands still, light and dark', async ({ page, ready }) => {
    const line = await openLine(ready.url);
    try {
      for (const scheme of SCHEMES) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize(SIZES.desk);
        await page.goto(`${line.url}/positions`);
        await expect(page.getByRole('table', { name: 'Open positions' })).toBeVisible();
        line.cut();
        await expect(page.getByText('No connection since')).toBeVisible({ timeout: 30_000 });
        await look(page, 'offline', scheme);
        line.restore();
      }
    } finally {
      line.close();
    }
  });
});

test('the whole way is open to the keyboard', async ({ page }) => {
  await logInAs(page, scene);
  const focused = () =>
    page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.ariaLabel);
  const seen: (string | null | undefined)[] = [];
  for (let n = 0; n < 30; n += 1) {
    await page.keyboard.press('Tab');
    seen.push(await focused());
  }
  for (const name of [
    'Skip to the content',
    'Lockstep',
    'Signals',
    'Trades',
    'Log out',
    'Entries',
    'Symbol',
  ]) {
    expect(seen).toContain(name);
  }
});
