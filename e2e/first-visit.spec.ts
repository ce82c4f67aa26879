import { expect, test } from './fixtures.ts';
import { newcomer, setUp } from './newcomer.ts';

test('an invited person comes from an empty desk to a filled paper trade', async ({
  page,
  browser,
  ready,
  logIn,
}) => {
  await logIn('admin');
  const eve = await newcomer(browser, page, ready.url, 'Eve');
  const steps = eve.page.getByRole('list', { name: 'Steps' });
  await expect(steps.getByRole('listitem').first()).toHaveAttribute('aria-current', 'step');
  await setUp(eve.page);

  // the bar on every other page leads back
  await eve.page.goto('/strategies');
  await expect(eve.page.getByText('First trade: 4 of 6 steps done. Next: send a test alert.')).toBeVisible();
  await eve.page.getByRole('link', { name: 'Continue' }).click();

  // the account agrees with its broker first, seconds after it was opened
  await expect
    .poll(async () => {
      await eve.page.goto('/brokers');
      return eve.page.getByRole('list', { name: 'My accounts' }).textContent();
    })
    .toContain('agrees with the broker');
  await eve.page.goto('/start');
  await eve.page.getByRole('button', { name: 'Dry run' }).click();
  await expect(eve.page.getByRole('status', { name: 'What became of it' })).toContainText(
    'Nothing was stored',
  );
  await eve.page.getByRole('button', { name: 'Send a test alert' }).click();
  await expect(eve.page.getByText('Filled.', { exact: true })).toBeVisible();
  await expect(eve.page.getByRole('region', { name: 'Accounts' }).last()).toContainText(
    /buy [\d.]+ @ [\d,.]+/,
  );
  await eve.page.getByRole('link', { name: 'Open the trade' }).click();
  await expect(eve.page.getByRole('heading', { name: 'BTC-USD' })).toBeVisible();
  await expect(eve.page.getByRole('region', { name: 'Story' })).toContainText('Alert received');
  await eve.page.context().close();
});

test('an invitation counts once', async ({ page, browser, ready, logIn }) => {
  await logIn('admin');
  const { page: theirs } = await newcomer(browser, page, ready.url, 'Otto');
  await theirs.goto('/invitation/not-an-invitation-that-anybody-made');
  await expect(theirs.getByText('This invitation no longer counts')).toBeVisible();
  await page.goto('/admin/users');
  await expect(page.getByRole('list', { name: 'Invitations' }).getByRole('listitem').first()).toContainText(
    'accepted',
  );
  await theirs.context().close();
});
