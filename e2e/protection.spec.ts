/** What stops entries and what closes positions: the daily loss limit, HALT and FLATTEN, each within its scope and no further. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { calm, follow, send, type Trader, trader } from './newcomer.ts';
import { throwSwitch } from './switch.ts';

const RUN = Date.now().toString(36).toUpperCase();

const closedTrades = (page: Page) => page.getByRole('list', { name: 'Closed trades' }).getByRole('listitem');
const openTrades = (page: Page) => page.getByRole('list', { name: 'Open trades' }).getByRole('listitem');

/** Enters with a stop that the market soon passes, until the day stands at a loss. */
async function lose({ page, webhook }: Trader): Promise<void> {
  let tries = 0;
  await expect(async () => {
    tries += 1;
    const symbol = `LOSS${tries}${RUN}`;
    await send(webhook, { ...calm(symbol), stop: 49.9, target: 70 });
    await page.goto(`/trades?state=ended&symbol=${symbol}`);
    await expect(closedTrades(page)).toContainText('−$', { timeout: 40_000 });
  }).toPass({ timeout: 130_000 });
}

/** The row of what became of a signal on the person's account. */
async function pathOf({ page }: Trader, signal: string) {
  await page.goto(`/signals/${signal}`);
  return page.getByRole('region', { name: 'Accounts' }).getByRole('listitem').filter({ hasText: 'Practice' });
}

test('a daily loss limit that the admin sets refuses the next alert in a sentence that names it', async ({
  page,
  browser,
  ready,
  logIn,
}) => {
  test.setTimeout(180_000);
  await logIn('admin');
  const dora = await trader(browser, page, ready.url, 'Dora');
  await lose(dora);
  // without the limit the next alert is taken
  const taken = await send(dora.webhook, calm(`TAKEN${RUN}`));
  await expect(await pathOf(dora, taken.signal_id)).toContainText('Approved');

  await page.goto('/admin/limits');
  const whose = page.getByLabel('Whose');
  await whose.selectOption(
    await whose.locator('option').filter({ hasText: dora.email }).getAttribute('value'),
  );
  await page.getByRole('button', { name: 'Set a limit…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Limit', { exact: true }).selectOption({ label: 'Daily loss' });
  await dialog.getByLabel('Value').fill('0.01');
  await dialog.getByRole('button', { name: 'Set the limit' }).click();
  await expect(dialog).toBeHidden();

  const refused = await send(dora.webhook, calm(`REFUSED${RUN}`));
  const path = await pathOf(dora, refused.signal_id);
  await expect(path).toContainText(
    /Refused: daily loss limit of \$0\.01 \(user limit\) reached at \d\d:\d\d/,
  );
  await expect(path).not.toContainText('Approved');
  // what is open still gets out
  await send(dora.webhook, { symbol: `TAKEN${RUN}`, action: 'exit' });
  await dora.page.goto(`/trades?state=ended&symbol=TAKEN${RUN}`);
  await expect(closedTrades(dora.page)).toContainText('Exit alert');
  await dora.page.goto(`/orders?symbol=REFUSED${RUN}`);
  await expect(dora.page.getByText('No order fits this filter')).toBeVisible();
  await dora.page.context().close();
});

/** Opens the dialog of the switch for a person, or for one of his accounts. */
async function chooseScope(page: Page, email: string, account: string | null): Promise<void> {
  await page.goto('/admin/switches');
  const person = page.getByLabel('Person', { exact: true });
  await person.selectOption(await person.locator('option').filter({ hasText: email }).getAttribute('value'));
  const region = page.getByRole('region', { name: 'One person or account' });
  if (account !== null) await region.getByLabel('Account').selectOption({ label: account });
  await region.getByRole('button', { name: 'Halt or flatten…' }).click();
}

test('while halted an alert to get out closes, one to get in is refused, and nothing is closed by the halt', async ({
  page,
  browser,
  ready,
  logIn,
}) => {
  await logIn('admin');
  const hal = await trader(browser, page, ready.url, 'Hal');
  for (const symbol of ['STAYS', 'GOES'])
    await expect(
      await pathOf(hal, (await send(hal.webhook, calm(`${symbol}${RUN}`))).signal_id),
    ).toContainText('Open');
  await chooseScope(page, hal.email, null);
  await throwSwitch(page, 'HALT', 'drill of exits');

  const refused = await send(hal.webhook, calm(`NOT${RUN}`));
  await expect(await pathOf(hal, refused.signal_id)).toContainText(
    'Refused: entries are halted for this user (admin): drill of exits',
  );
  await send(hal.webhook, { symbol: `GOES${RUN}`, action: 'exit' });
  await hal.page.goto('/trades?state=ended');
  await expect(closedTrades(hal.page).filter({ hasText: `GOES${RUN}` })).toContainText('Exit alert');
  // by hand as well
  await hal.page.goto('/trades');
  await expect(openTrades(hal.page)).toHaveCount(1);
  await openTrades(hal.page).getByRole('link').click();
  await expect(hal.page.getByRole('heading', { name: `STAYS${RUN}` })).toContainText('Open');
  await hal.page.getByRole('button', { name: 'Close…' }).click();
  await hal.page
    .getByRole('dialog')
    .getByRole('button', { name: /^Close [\d.]+ STAYS/ })
    .click();
  await expect(hal.page.getByRole('region', { name: 'Result' })).toContainText('Closed by hand');
  await hal.page.context().close();
});

test('FLATTEN on one account closes every position of it, none of another one, and none of anybody else', async ({
  page,
  browser,
  ready,
  logIn,
}) => {
  test.setTimeout(120_000);
  await logIn('admin');
  const flo = await trader(browser, page, ready.url, 'Flo');
  const moe = await trader(browser, page, ready.url, 'Moe');
  await secondAccount(flo.page);
  const symbols = [`FLATONE${RUN}`, `FLATTWO${RUN}`];
  for (const symbol of symbols) {
    await send(flo.webhook, calm(symbol));
    await send(moe.webhook, calm(symbol));
  }
  await flo.page.goto('/trades');
  await expect(openTrades(flo.page).filter({ hasNotText: 'Entering' })).toHaveCount(4);
  await moe.page.goto('/trades');
  await expect(openTrades(moe.page).filter({ hasNotText: 'Entering' })).toHaveCount(2);

  await chooseScope(page, flo.email, 'Practice');
  await throwSwitch(page, 'FLATTEN', 'drill of one account');
  await flo.page.goto('/trades?state=ended');
  await expect(closedTrades(flo.page)).toHaveCount(2);
  for (const symbol of symbols) {
    const row = closedTrades(flo.page).filter({ hasText: symbol });
    await expect(row).toContainText('Practice');
    await expect(row).toContainText(/flattened/i);
  }
  // the rest stands, and still takes entries
  const more = await send(flo.webhook, calm(`AFTER${RUN}`));
  await flo.page.goto(`/signals/${more.signal_id}`);
  const paths = flo.page.getByRole('region', { name: 'Accounts' }).getByRole('listitem');
  await expect(paths.filter({ hasText: 'Practice' })).toContainText(
    'Refused: entries are halted for this account',
  );
  await expect(paths.filter({ hasText: 'Reserve' })).toContainText('Open');
  await flo.page.goto('/trades');
  await expect(openTrades(flo.page)).toHaveCount(3);
  await expect(openTrades(flo.page).filter({ hasText: 'Reserve' })).toHaveCount(3);
  await moe.page.goto('/trades');
  await expect(openTrades(moe.page)).toHaveCount(2);
  const others = await send(moe.webhook, calm(`OTHERS${RUN}`));
  await expect(await pathOf(moe, others.signal_id)).toContainText('Open');
  for (const { page: own } of [flo, moe]) await own.context().close();
});

/** A second account that follows the same strategy and agrees with its broker. */
async function secondAccount(page: Page): Promise<void> {
  await page.goto('/brokers');
  await page.getByRole('button', { name: 'New paper account' }).click();
  await page.getByLabel('Name').fill('Reserve');
  await page.getByRole('button', { name: 'Open the account' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await follow(page, 'First idea');
  await expect
    .poll(async () => {
      await page.goto('/brokers');
      return page.getByRole('list', { name: 'My accounts' }).getByRole('listitem').allTextContents();
    })
    .toEqual([
      expect.stringContaining('agrees with the broker'),
      expect.stringContaining('agrees with the broker'),
    ]);
}
