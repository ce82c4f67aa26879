import { expect, test } from './fixtures.ts';

const SHARED = 'Shared breakout';
const PRIVATE = 'Private dip';
/** A symbol that nobody has seen begins at the alert's price; levels so far away that the market stays out of the story. */
const entry = (symbol: string) => ({
  symbol,
  action: 'entry',
  direction: 'long',
  price: 100,
  stop: 96,
  target: 200,
});

test('an alert becomes a trade on every account, and closing it by hand brings its result', async ({
  page,
  ready,
  logIn,
  alert,
}) => {
  await logIn('ada');
  const symbol = 'STORYUSD';
  const { signal_id } = await alert(SHARED, entry(symbol));

  // without a reload
  const row = page
    .getByRole('list', { name: 'Signals' })
    .getByRole('listitem')
    .filter({ has: page.locator(`a[href$="${signal_id}"]`) });
  await expect(row).toContainText('3 open');
  await row.getByRole('link', { name: symbol }).click();
  const accounts = page.getByRole('region', { name: 'Accounts' });
  for (const name of ['Main', 'Growth', 'Careful']) {
    const line = accounts.getByRole('listitem').filter({ hasText: name });
    await expect(line).toContainText('Approved');
    await expect(line).toContainText(/buy [\d.]+ @ [\d,.]+/);
    await expect(line).toContainText(/filled \+\d+/);
  }

  await accounts
    .getByRole('listitem')
    .filter({ hasText: 'Main' })
    .getByRole('link', { name: 'Trade' })
    .click();
  await expect(page.getByRole('heading', { name: symbol })).toBeVisible();
  const story = page.getByRole('region', { name: 'Story' });
  await expect(story).toContainText(`Alert received: ${symbol} long`);
  await expect(story).toContainText('Order placed');
  await expect(story).toContainText(/Bought [\d.]+ @ [\d,.]+/);
  await expect(page.getByRole('region', { name: 'What would close it' })).toContainText('Stop signal');
  await expect(page.getByRole('img', { name: `${symbol} price with entry` })).toBeVisible();
  await expect(page.getByTestId('pnl')).toContainText(/quote \d+/);

  await page.getByRole('button', { name: 'Close…' }).click();
  const dialog = page.getByRole('dialog', { name: `Close ${symbol} on Main` });
  await expect(dialog).toContainText(/Sells [\d.]+ STORYUSD at market, now about [\d,.]+/);
  await expect(dialog).toContainText(/brings about [+−]?\$[\d,.]+ before fees/);
  await expect(dialog).toContainText('Nothing stays open.');
  await dialog.getByRole('button', { name: /^Close [\d.]+ STORYUSD$/ }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('region', { name: 'Result' })).toContainText('Closed by hand');
  await expect(page.getByTestId('pnl')).toContainText(/[+−]?\$\d+\.\d\d/);
  await expect(story).toContainText(/Closed: [+−]?\$[\d.]+/);
  await expect(page.getByRole('button', { name: 'Close…' })).toBeHidden();

  await page.goto(`${ready.url}/trades?state=ended`);
  await expect(page.getByRole('list', { name: 'Closed trades' })).toContainText('Closed by hand');
});

test('a part is closed by keyboard, and the rest stays open with its stop', async ({
  page,
  logIn,
  alert,
}) => {
  await logIn('ada');
  const { signal_id } = await alert(SHARED, entry('PARTUSD'));
  await page.goto(`/signals/${signal_id}`);
  const growth = page
    .getByRole('region', { name: 'Accounts' })
    .getByRole('listitem')
    .filter({ hasText: 'Growth' });
  await expect(growth).toContainText('Open');
  await growth.getByRole('link', { name: 'Trade' }).press('Enter');
  await page.getByRole('button', { name: 'Close…' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Quantity').fill('999');
  await expect(dialog).toContainText(/Only [\d.]+ is open\./);
  await expect(dialog.getByRole('button', { name: /^Close / })).toBeDisabled();
  await dialog.getByLabel('Quantity').fill('0.01');
  await expect(dialog).toContainText(/[\d.]+ stay open with their stop\./);
  await dialog.getByRole('button', { name: 'Close 0.01 PARTUSD' }).press('Enter');
  await expect(dialog).toBeHidden();
  const orders = page.getByRole('region', { name: 'Orders and fills' });
  await expect(orders).toContainText(/Sold 0\.0\d*/);
  await expect(page.getByRole('heading', { name: 'PARTUSD' })).toContainText('Open');
  await page.keyboard.press('Escape');
});

test('a refusal is a sentence', async ({ page, logIn, alert }) => {
  await logIn('ada');
  const body = { symbol: 'SOL-USD', action: 'entry', direction: 'long', stop: 100_000 };
  const { signal_id } = await alert(SHARED, body);
  await page.goto(`/signals/${signal_id}`);
  const main = page
    .getByRole('region', { name: 'Accounts' })
    .getByRole('listitem')
    .filter({ hasText: 'Main' });
  await expect(main).toContainText(/Refused: the stop 100,?000 is on the wrong side of the price/);
});

test.describe('another’s', () => {
  // what is not there is answered 404, and the browser says so
  test.use({ expectedErrors: [/status of 404/] });

  test('is seen by nobody', async ({ page, browser, ready, logIn, alert }) => {
    await logIn('ben');
    const { signal_id } = await alert(PRIVATE, {
      symbol: 'BTC-USD',
      action: 'entry',
      direction: 'long',
      key: 'private',
    });
    await expect(page.locator(`a[href$="${signal_id}"]`)).toBeVisible();
    await page.goto('/trades');
    const trade = await page
      .getByRole('list', { name: /trades$/ })
      .getByRole('link')
      .first()
      .getAttribute('href');

    for (const who of ['ada', 'admin', 'researcher']) {
      const context = await browser.newContext();
      const other = await context.newPage();
      await logIn(who, other);
      await expect(other.locator(`a[href$="${signal_id}"]`)).toHaveCount(0);
      for (const path of [`/signals/${signal_id}`, `${trade}`]) {
        const answer = await other.goto(`${ready.url}${path}`);
        expect(answer?.status(), `${who} ${path}`).toBe(404);
        await expect(other.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
      }
      await context.close();
    }
  });
});

test('what changed while a page was on its way shows once it is there', async ({ page, logIn, alert }) => {
  await logIn('ada');
  const symbol = 'ONITSWAYUSD';
  let arrive = () => {};
  const wait = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const rendered = new Promise<void>((resolve) => {
    void page.route(/\/trades\?.*_rsc=/, async (route) => {
      const answer = await route.fetch();
      if (route.request().headers()['next-router-prefetch'] === undefined) {
        resolve();
        await wait;
      }
      await route.fulfill({ response: answer });
    });
  });
  await page.getByRole('link', { name: 'Trades' }).click();
  await rendered;
  await alert(SHARED, entry(symbol));
  const other = await page.context().newPage();
  await other.goto('/signals');
  await expect(other.getByRole('listitem').filter({ hasText: symbol })).toContainText('3 open');
  arrive();
  await expect(page.getByRole('heading', { name: 'Trades' })).toBeVisible();
  await expect(page.getByRole('list', { name: /trades$/ })).toContainText(symbol);
});
