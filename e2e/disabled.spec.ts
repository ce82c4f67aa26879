/** Somebody whom an admin disables is out everywhere: the page, the live stream and the API token. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { newcomer } from './newcomer.ts';

/** From the act until the stream has ended and the token is refused. */
const WITHIN_MS = 2_000;

// what the pages of somebody without a session ask is answered 401, and the browser says so
test.use({ expectedErrors: [/status of 401/] });

async function makeToken(page: Page): Promise<string> {
  await page.goto('/settings');
  await page.getByRole('button', { name: 'New token…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Robot');
  await dialog.getByLabel('Read trades').check();
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const shown = page.getByRole('status').filter({ hasText: 'The token.' });
  const token = (await shown.locator('code').textContent()) ?? '';
  await shown.getByRole('button', { name: 'I have it' }).click();
  return token;
}

async function disable(admin: Page, email: string, name: string): Promise<void> {
  await admin.goto('/admin/users');
  await admin.getByRole('searchbox', { name: 'Name or e-mail' }).fill(email);
  await admin.getByRole('button', { name: `Disable ${name}` }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('left the house');
  await dialog.getByRole('button', { name: `Disable ${name}` }).click();
  await expect(dialog).toBeHidden();
}

test('is out on the next click', async ({ page, browser, ready, logIn }) => {
  await logIn('admin');
  const gus = await newcomer(browser, page, ready.url, 'Gus');
  await disable(page, gus.email, 'Gus');
  await expect(page.getByRole('list', { name: 'Users' })).toContainText('Disabled');
  await gus.page.getByRole('link', { name: 'Brokers' }).click();
  await expect(gus.page).toHaveURL(/\/login/);
  // the right password opens nothing any more
  await gus.page.getByLabel('E-mail').fill(gus.email);
  await gus.page.getByLabel('Password').fill(gus.password);
  await gus.page.getByRole('button', { name: 'Log in' }).click();
  await expect(gus.page.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible();
  await expect(gus.page).toHaveURL(/\/login/);
  await page.goto('/admin/audit');
  await expect(page.getByRole('list', { name: 'Audit log' })).toContainText('left the house');
  await gus.page.context().close();
});

test('his live stream ends and his API token is refused at once', async ({ page, browser, ready, logIn }) => {
  await logIn('admin');
  const uma = await newcomer(browser, page, ready.url, 'Uma');
  const token = await makeToken(uma.page);
  const ask = () =>
    fetch(`${ready.url}/api/v1/trades`, { headers: { authorization: `Bearer ${token}` } }).then(
      (answer) => answer.status,
    );
  expect(await ask()).toBe(200);
  // a stream that no page attends to: nothing leaves by itself
  const cookies = await uma.page.context().cookies();
  const stream = await fetch(`${ready.url}/api/trpc/events.onEvent`, {
    headers: {
      accept: 'text/event-stream',
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    },
  });
  expect(stream.status).toBe(200);
  let ended = 0;
  let said = '';
  const reading = (async () => {
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) said += chunk;
    ended = performance.now();
  })();
  await expect.poll(() => said).toContain('"ready"');

  await disable(page, uma.email, 'Uma');
  const disabled = performance.now();
  expect(await ask()).toBe(401);
  await reading;
  expect(ended - disabled).toBeLessThan(WITHIN_MS);
  // and so does not come again
  const again = await fetch(`${ready.url}/api/trpc/events.onEvent`, {
    headers: {
      accept: 'text/event-stream',
      cookie: cookies.map((one) => `${one.name}=${one.value}`).join('; '),
    },
  });
  expect(await again.text()).toMatch(/401/);
  // the window that stood open is led out without a click
  await expect(uma.page).toHaveURL(/\/login/);
  await uma.page.context().close();
});
