import { expect, test } from './fixtures.ts';

test.describe('logging in', () => {
  // a refused log-in is answered 401, and the browser says so
  test.use({ expectedErrors: [/status of 401/] });

  test('leads back to the page that was asked for, and refuses in a sentence', async ({ page, ready }) => {
    const ada = ready.users.find((user) => user.email.startsWith('ada@'));
    await page.goto('/trades?state=ended');
    await expect(page).toHaveURL(/\/login\?next=/);
    await page.getByLabel('E-mail').fill(ada?.email ?? '');
    await page.getByLabel('Password').fill('not this one');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'do not belong together' })).toBeVisible();
    await page.getByLabel('Password').fill(ada?.password ?? '');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page).toHaveURL(/\/trades\?state=ended$/);
    await expect(page.getByRole('heading', { name: 'Trades' })).toBeVisible();
  });

  test('five wrong passwords lock it, the right one included', async ({ page }) => {
    await page.goto('/login');
    for (let n = 0; n < 5; n += 1) {
      await page.getByLabel('E-mail').fill('stranger@lockstep.demo');
      await page.getByLabel('Password').fill(`guess ${n}`);
      await page.getByRole('button', { name: 'Log in' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'do not belong together' })).toBeVisible();
    }
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'locked for 15 minutes' })).toBeVisible();
  });
});

test('logging out ends the session everywhere, not only in this window', async ({
  page,
  context,
  ready,
  logIn,
}) => {
  await logIn('ben');
  const cookies = await context.cookies();
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect(page).toHaveURL(/\/login/);
  await context.addCookies(cookies);
  await page.goto(`${ready.url}/trades`);
  await expect(page).toHaveURL(/\/login/);
});
