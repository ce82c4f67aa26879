import type { Locator } from '@playwright/test';
import jsQR from 'jsqr';
import { Secret, TOTP } from 'otpauth';
import { codeAt, stepAt } from '#server/totp.ts';
import { expect, test } from './fixtures.ts';
import { confirmPassword, newcomer } from './newcomer.ts';

/** What a camera reads off a picture of this part of the page; null when it finds no code. */
async function scanned(shown: Locator): Promise<string | null> {
  const picture = (await shown.screenshot()).toString('base64');
  const pixels = await shown.evaluate(async (_, base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const { data, width, height } =
      context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? new ImageData(1, 1);
    return { data: Array.from(data), width, height };
  }, picture);
  // a camera gets no second try with the colours turned round
  const options = { inversionAttempts: 'dontInvert' } as const;
  return jsQR(Uint8ClampedArray.from(pixels.data), pixels.width, pixels.height, options)?.data ?? null;
}

test.describe('who somebody is', () => {
  // an empty name is answered 400, what the window of an ended session asks 401, and the browser says so
  test.use({ expectedErrors: [/status of 40[01]/] });

  test('a profile, a password and the sessions of it', async ({ page, browser, ready, logIn }) => {
    await logIn('admin');
    const { page: mine, email, password } = await newcomer(browser, page, ready.url, 'Nina');
    await mine.goto('/settings');
    await mine.getByLabel('Name').fill('  ');
    await mine.getByRole('button', { name: 'Save the profile' }).click();
    await expect(mine.getByRole('alert').filter({ hasText: 'Name: it is empty.' })).toBeVisible();
    await mine.getByLabel('Name').fill('Nina Nova');
    await mine.getByLabel('Time zone').selectOption('Asia/Tokyo');
    await mine.getByRole('button', { name: 'Save the profile' }).click();
    await expect(mine.getByRole('banner')).toContainText('Nina Nova');

    const second = await (await browser.newContext({ baseURL: ready.url })).newPage();
    await second.goto('/login');
    await second.getByLabel('E-mail').fill(email);
    await second.getByLabel('Password').fill(password);
    await second.getByRole('button', { name: 'Log in' }).click();
    await expect(second).not.toHaveURL(/\/login/);
    await mine.reload();
    await expect(mine.getByRole('list', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(2);
    await mine.getByLabel('Present password').fill(password);
    await mine.getByLabel('New password').fill('another password');
    await mine.getByRole('button', { name: 'Change the password' }).click();
    await expect(mine.getByText('The new password counts. 1 other session ended.')).toBeVisible();
    // its window is led out by itself, and finds the door closed when it comes back
    await expect(second).toHaveURL(/\/login/);
    await second.goto('/signals');
    await expect(second).toHaveURL(/\/login/);
    await second.context().close();
    await mine.context().close();
  });
});

test('an API token is shown once and can be ended', async ({ page, browser, ready, logIn }) => {
  await logIn('admin');
  const { page: mine } = await newcomer(browser, page, ready.url, 'Remy');
  await mine.goto('/settings');
  await mine.getByRole('button', { name: 'New token…' }).click();
  const dialog = mine.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Spreadsheet');
  await dialog.getByLabel('Read positions').check();
  await dialog.getByRole('button', { name: 'Make the token' }).click();
  const shown = mine.getByRole('status').filter({ hasText: 'The token.' });
  await expect(shown.locator('code')).toHaveText(/^lst_/);
  await shown.getByRole('button', { name: 'I have it' }).click();
  await expect(shown).toBeHidden();
  await mine.getByRole('button', { name: 'End the token Spreadsheet' }).click();
  await expect(mine.getByText('None. A token lets a program')).toBeVisible();
  await mine.context().close();
});

test('a second factor is switched on with its first code, its recovery codes show once, and it goes off again', async ({
  page,
  browser,
  ready,
  logIn,
}) => {
  await logIn('admin');
  const { page: mine } = await newcomer(browser, page, ready.url, 'Tomo');
  await mine.goto('/settings');
  const card = mine.getByRole('region', { name: 'Second factor' });
  await card.getByRole('button', { name: 'Set up the second factor…' }).click();
  const dialog = mine.getByRole('dialog', { name: 'Set up the second factor' });
  const secret = Secret.fromBase32(((await dialog.locator('code').textContent()) ?? '').replaceAll(' ', ''));
  await dialog.getByLabel('Code from the app').fill(new TOTP({ secret }).generate());
  await dialog.getByRole('button', { name: 'Switch it on' }).click();
  await expect(dialog).toBeHidden();
  await expect(card).toContainText('10 recovery codes left.');
  const codes = card.getByRole('status').filter({ hasText: 'Your recovery codes.' });
  expect((await codes.locator('code').textContent())?.split('\n')).toHaveLength(10);
  await codes.getByRole('button', { name: 'I have them' }).click();
  await expect(codes).toBeHidden();
  await card.getByRole('button', { name: 'Switch it off…' }).click();
  await mine.getByRole('dialog').getByRole('button', { name: 'Switch it off' }).click();
  await expect(card.getByRole('button', { name: 'Set up the second factor…' })).toBeVisible();
  await mine.context().close();
});

test.describe('a second factor', () => {
  // the password is asked for again, by an answer of 412
  test.use({ expectedErrors: [/status of 412/] });

  test('is set up with nothing but what a camera reads, light and dark', async ({
    page,
    browser,
    ready,
    logIn,
  }) => {
    await logIn('admin');
    const { page: mine, password } = await newcomer(browser, page, ready.url, 'Quirin');
    await mine.goto('/settings');
    const card = mine.getByRole('region', { name: 'Second factor' });
    await card.getByRole('button', { name: 'Set up the second factor…' }).click();
    const asked = mine.getByRole('dialog', { name: 'Your password, once more' });
    const dialog = mine.getByRole('dialog', { name: 'Set up the second factor' });
    await expect(asked.or(dialog)).toBeVisible();
    if (await asked.isVisible()) await confirmPassword(mine, password);
    const code = dialog.getByRole('img', { name: 'Code for the camera' });
    await mine.emulateMedia({ colorScheme: 'dark' });
    await expect(mine.locator('html')).toHaveClass(/dark/);
    const inTheDark = await scanned(code);
    await mine.emulateMedia({ colorScheme: 'light' });
    await expect(mine.locator('html')).not.toHaveClass(/dark/);
    const uri = new URL((await scanned(code)) ?? 'about:blank');
    expect(inTheDark).toBe(uri.href);
    expect(decodeURIComponent(uri.pathname)).toMatch(/Lockstep:quirin-\d+@lockstep\.demo$/);
    const secret = uri.searchParams.get('secret') ?? '';
    await dialog.getByLabel('Code from the app').fill(codeAt(secret, stepAt(Date.now())));
    await dialog.getByRole('button', { name: 'Switch it on' }).click();
    await expect(card).toContainText('Your recovery codes.');
    await expect(card).toContainText('Logging in asks for a code from your app.');
    await mine.context().close();
  });
});

test.describe('a strategy', () => {
  // a refused act is answered 400, and the browser says so
  test.use({ expectedErrors: [/status of 400/] });

  test('a strategy’s webhook is set up and tried, and the message for TradingView is ready', async ({
    page,
    logIn,
  }) => {
    await logIn('ben');
    await page.goto('/strategies');
    await page.getByRole('button', { name: 'New strategy' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(`Webhook story ${Date.now()}`);
    await page.getByRole('button', { name: 'Create the strategy' }).click();
    await page.getByRole('button', { name: 'New webhook' }).first().click();
    await page.getByRole('button', { name: 'Make the webhook' }).click();
    const shown = page.getByRole('status').filter({ hasText: 'The webhook’s address.' });
    await expect(shown.locator('code')).toHaveText(/\/api\/webhook\/[\w-]{20,}$/);
    await page.reload();
    await expect(shown).toHaveCount(0);

    await page.getByRole('button', { name: 'Change who may send' }).click();
    await page.getByRole('button', { name: 'Allow TradingView’s four addresses' }).click();
    await expect(page.getByText('only TradingView')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Message for TradingView' })).toContainText(
      '"key": "{{strategy.order.id}}-{{timenow}}"',
    );

    await page.getByLabel('Symbol').fill('NO SUCH SYMBOL');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await expect(page.getByRole('status', { name: 'What became of it' })).toContainText('Refused');
    await page.getByRole('link', { name: 'Event log' }).click();
    await expect(page.getByRole('list', { name: 'Event log' }).getByRole('listitem').first()).toContainText(
      'Refused',
    );

    await page.getByRole('link', { name: 'Exit rules' }).click();
    await page.getByLabel('Stop', { exact: true }).fill('1.5');
    await page.getByRole('button', { name: 'Save the rules' }).click();
    await expect(page.getByText('Saved. Open trades follow at once.')).toBeVisible();
    await page.getByLabel('Target', { exact: true }).fill('2');
    await page.getByRole('button', { name: 'Save the rules' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'choose one, or make it a rung' })).toBeVisible();
  });
});
