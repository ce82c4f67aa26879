import { expect, test } from './fixtures.ts';

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } } as const;

/** Every page at both widths in both themes: nothing is wider than the screen, and the pictures are kept. */
for (const scheme of ['light', 'dark'] as const) {
  test(`every page fits a desk and a phone, ${scheme}`, async ({ page, logIn, alert }, info) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ colorScheme: scheme });
    await logIn('ada');
    // a symbol that nobody has seen begins at the alert's price
    const symbol = `VIEW${scheme.toUpperCase()}`;
    const { signal_id } = await alert('Shared breakout', {
      symbol,
      action: 'entry',
      direction: 'long',
      price: 50,
    });
    await page.goto(`/signals/${signal_id}`);
    const accounts = page.getByRole('region', { name: 'Accounts' });
    const link = accounts
      .getByRole('listitem')
      .filter({ hasText: 'Main' })
      .getByRole('link', { name: 'Trade' });
    const trade = (await link.getAttribute('href')) ?? '';
    const pages = {
      overview: '/',
      positions: '/positions',
      orders: '/orders',
      history: '/history',
      strategies: '/strategies',
      brokers: '/brokers',
      settings: '/settings',
      signals: '/signals',
      signal: `/signals/${signal_id}`,
      trades: '/trades',
      closed: '/trades?state=ended',
      trade,
    };
    for (const [name, path] of Object.entries(pages)) {
      await page.setViewportSize(SIZES.desk);
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      if (name === 'trade') await expect(page.getByRole('region', { name: 'Story' })).toContainText('Bought');
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        await expect.poll(overflow, { message: `${name} ${size}` }).toBeLessThanOrEqual(0);
        await page.screenshot({ path: info.outputPath(`${name}-${size}-${scheme}.png`), fullPage: true });
      }
    }
  });
}

test('the whole way is open to the keyboard', async ({ page, logIn }) => {
  await logIn('ada');
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
