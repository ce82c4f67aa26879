/** A person of a story's own: invited by the admin, with a log-in that no other story uses. */
import { type Browser, expect, type Page } from '@playwright/test';

export interface Newcomer {
  page: Page;
  email: string;
  password: string;
}

/** Somebody whose account agrees with its broker and follows a strategy of his own. */
export interface Trader extends Newcomer {
  /** The address of his strategy's webhook. */
  webhook: string;
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
  await page.goto(link ?? '');
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password, once more').fill(password);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'Your first trade' })).toBeVisible();
  return { page, email, password };
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
  // the page stands before it listens: a press may come too early
  await expect(async () => {
    if (!(await page.getByRole('dialog').isVisible())) await press('New paper account');
    await expect(page.getByLabel('Name')).toBeVisible({ timeout: 2_000 });
  }).toPass();
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

/** A newcomer with an account, a strategy and its webhook, who may enter at once; he stands at the guide. */
export async function trader(...who: Parameters<typeof newcomer>): Promise<Trader> {
  const made = await newcomer(...who);
  const webhook = await setUp(made.page);
  await expect
    .poll(async () => {
      await made.page.goto('/brokers');
      return made.page.getByRole('list', { name: 'My accounts' }).textContent();
    })
    .toContain('agrees with the broker');
  await made.page.goto('/start');
  return { ...made, webhook };
}

/** Sends an alert; `at`: when its 200 was there, on the clock of the stories. */
export async function send(
  webhook: string,
  body: Record<string, unknown>,
): Promise<{ signal_id: string; status: string; at: number }> {
  const answer = await fetch(webhook, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const at = performance.now();
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  return { ...JSON.parse(text), at };
}

/** An entry at 50 with its stop and target far away: a symbol that nobody has seen begins at the alert's price. */
export const calm = (symbol: string) => ({
  symbol,
  action: 'entry',
  direction: 'long',
  price: 50,
  stop: 42,
  target: 70,
});

/** Lets the person's account follow a strategy that is shown to him, his own or a shared one. */
export async function follow(page: Page, strategy: string): Promise<void> {
  await page.goto('/strategies');
  await page.getByRole('link', { name: strategy }).click();
  const button = page.getByRole('button', { name: 'Follow with an account' });
  const accounts = page.getByRole('link', { name: 'Accounts', exact: true });
  await expect(button.or(accounts)).toBeVisible();
  if (await accounts.isVisible()) await accounts.click();
  await button.click();
  await page.getByRole('button', { name: 'Follow the strategy' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
}

/** Takes somebody in by an admin of his own window, for stories whose trader is there before them. */
export async function traderBefore(
  browser: Browser,
  ready: { url: string; users: { email: string; password: string; role: string }[] },
  name: string,
): Promise<Trader> {
  const admin = await (await browser.newContext({ baseURL: ready.url })).newPage();
  const boss = ready.users.find((one) => one.role === 'admin');
  if (!boss) throw new Error('the installation has no admin');
  await logInAs(admin, boss);
  const made = await trader(browser, admin, ready.url, name);
  await made.page.context().close();
  await admin.context().close();
  return made;
}
