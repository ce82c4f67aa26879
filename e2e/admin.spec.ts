import { expect, test } from './fixtures.ts';
import { sendTest, trader } from './newcomer.ts';
import { throwSwitch } from './switch.ts';

test('a limit that the admin sets refuses the next alert in a sentence that names it', async ({
  page,
  browser,
  ready,
  logIn,
}) => {
  await logIn('admin');
  const mia = await trader(browser, page, ready.url, 'Mia');
  await page.goto('/admin/limits');
  const whose = page.getByLabel('Whose');
  const option = await whose.locator('option').filter({ hasText: mia.email }).getAttribute('value');
  await whose.selectOption(option);
  await page.getByRole('button', { name: 'Set a limit…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Limit', { exact: true }).selectOption({ label: 'Open positions' });
  await dialog.getByLabel('Value').fill('0');
  await dialog.getByRole('button', { name: 'Set the limit' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('list', { name: 'Limits' })).toContainText('Open positions');
  await sendTest(mia.page, /Refused: 0 positions are open \(limit 0, /);

  // on the person's own page: who set it, and that it holds
  await mia.page.goto('/brokers');
  await mia.page.getByRole('link', { name: 'Practice' }).click();
  const row = mia.page
    .getByRole('list', { name: 'Limits' })
    .getByRole('listitem')
    .filter({ hasText: 'Open positions' });
  await expect(row.filter({ hasText: 'admin' }).filter({ hasText: 'holds' }).first()).toBeVisible();
  await mia.page.context().close();
});

test('HALT stops entries only, FLATTEN closes what is open, and lifting lets entries in again', async ({
  page,
  browser,
  ready,
  logIn,
}) => {
  await logIn('admin');
  const kim = await trader(browser, page, ready.url, 'Kim');
  await sendTest(kim.page, /buy [\d.]+ @ [\d,.]+/);

  await page.goto('/admin/switches');
  const person = page.getByLabel('Person', { exact: true });
  await person.selectOption(
    await person.locator('option').filter({ hasText: kim.email }).getAttribute('value'),
  );
  const region = page.getByRole('region', { name: 'One person or account' });
  await region.getByRole('button', { name: 'Halt or flatten…' }).click();
  await throwSwitch(page, 'HALT', 'drill of the halt');
  await expect(kim.page.getByRole('button', { name: 'Kill switch: halted' })).toBeVisible();
  await kim.page.goto('/positions');
  await expect(kim.page.getByText('BTC-USD').first()).toBeVisible();

  await page.getByRole('button', { name: /^Lift or change… Kim/ }).click();
  await throwSwitch(page, 'FLATTEN', 'drill of the flatten');
  await kim.page.goto('/trades?state=ended');
  await expect(kim.page.getByRole('list', { name: 'Closed trades' })).toContainText(/flattened/i);

  await page.getByRole('button', { name: /^Lift or change… Kim/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Lift it' }).click();
  await expect(page.getByRole('dialog')).toContainText('It is lifted.');
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click();
  await kim.page.goto('/strategies');
  await expect(kim.page.getByRole('button', { name: 'Kill switch', exact: true })).toBeVisible();
  await kim.page.context().close();
});

test('a flag is switched on and off, and stands in the audit log', async ({ page, logIn }) => {
  await logIn('admin');
  await page.goto('/admin/flags');
  await page.getByRole('button', { name: 'Switch on: entries_disabled' }).click();
  await page.getByRole('button', { name: 'Switch off: entries_disabled' }).click();
  await expect(page.getByRole('button', { name: 'Switch on: entries_disabled' })).toBeVisible();
  await page.goto('/admin/audit');
  await expect(page.getByRole('list', { name: 'Audit log' })).toContainText('entries_disabled');
});

test.describe('exit rules', () => {
  // a refused act is answered 400, and the browser says so
  test.use({ expectedErrors: [/status of 400/] });

  test('a target below the arming level of the trail is refused in words', async ({ page, logIn }) => {
    await logIn('admin');
    await page.goto('/admin/exit-rules');
    await page.getByRole('button', { name: 'Equities' }).click();
    await page.getByLabel('Target', { exact: true }).fill('2');
    await page.getByRole('button', { name: 'Save the rules' }).click();
    await expect(
      page.getByRole('alert').filter({ hasText: 'always fires before the trail arms' }),
    ).toBeVisible();
  });
});

test('the pages of admins are not there for others', async ({ page, logIn }) => {
  await logIn('ada');
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0);
  await page.goto('/admin/users');
  await expect(page.getByText('Only an admin sees this')).toBeVisible();
});
