/** A person of a story's own: invited by the admin, with a log-in that no other story uses. */
import { type Browser, expect, type Page } from '@playwright/test';

export interface Newcomer {
  page: Page;
  email: string;
  password: string;
  /** What the browser's console said that was an error. */
  errors: string[];
}

/** Gives the password again where the page asks for it. */
export async function confirmPassword(page: Page, password: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Your password, once more' });
  await dialog.getByLabel('Password').fill(password);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog).toBeHidden();
}

/** Invites by the admin's page, accepts in a window of the person's own, and logs in: at the guide to the first trade. */
export async function newcomer(
  browser: Browser,
  admin: Page,
  baseURL: string,
  name: string,
): Promise<Newcomer> {
  const email = `${name.toLowerCase()}-${Date.now()}@lockstep.demo`;
  const password = `password of ${name}`;
  await admin.goto('/admin/users');
  await admin.getByRole('button', { name: 'Invite somebody…' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Invite somebody' });
  await dialog.getByLabel('E-mail').fill(email);
  await dialog.getByRole('button', { name: 'Make the invitation' }).click();
  const link = await admin
    .getByRole('status')
    .filter({ hasText: 'The invitation.' })
    .locator('code')
    .textContent();

  const page = await (await browser.newContext({ baseURL })).newPage();
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(link ?? '');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password, once more').fill(password);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'Your first trade' })).toBeVisible();
  return { page, email, password, errors };
}

/** Logs somebody in who is known by e-mail and password. */
export async function logInAs(page: Page, who: Pick<Newcomer, 'email' | 'password'>): Promise<void> {
  await page.goto('/login?next=/signals');
  await page.getByLabel('E-mail').fill(who.email);
  await page.getByLabel('Password').fill(who.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'Signals' })).toBeVisible();
}

/** From the guide to an account that follows a strategy with a webhook; answers the webhook's address. */
export async function setUp(page: Page): Promise<string> {
  const press = (name: string) => page.getByRole('button', { name }).click();
  await press('New paper account');
  await page.getByLabel('Name').fill('Practice');
  await press('Open the account');
  await press('New strategy');
  await page.getByLabel('Name').fill('First idea');
  await press('Create the strategy');
  await press('New webhook');
  await press('Make the webhook');
  const shown = page.getByRole('status').filter({ hasText: 'The webhook’s address.' });
  await expect(shown).toContainText('/api/webhook/');
  const address = (await shown.locator('code').textContent()) ?? '';
  await press('Follow with an account');
  await press('Follow the strategy');
  await expect(page.getByRole('button', { name: 'Send a test alert' })).toBeVisible();
  return address;
}

/** Sends a test alert and waits for what the accounts make of it. */
export async function sendTest(page: Page, expected: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Send a test alert' }).click();
  await expect(page.getByRole('region', { name: 'Accounts' }).last()).toContainText(expected);
}
