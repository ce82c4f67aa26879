/**
 * What every story has: the installation's ready.json, people who log in, alerts, and a page that must stay free of
 * errors in its console.
 */
import { readFileSync } from 'node:fs';
import { test as base, expect, type Page } from '@playwright/test';

interface Ready {
  url: string;
  databaseUrl: string;
  webhooks: { strategy: string; url: string }[];
  users: { email: string; password: string; role: string }[];
}

interface Fixtures {
  ready: Ready;
  logIn: (who: string, page?: Page) => Promise<void>;
  alert: (strategy: string, body: Record<string, unknown>) => Promise<{ status: string; signal_id: string }>;
  /** Errors that a story expects, as patterns; everything else in the console fails it. */
  expectedErrors: RegExp[];
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from here
  ready: async ({}, use) => {
    const file = process.env.LOCKSTEP_E2E_READY;
    if (!file) throw new Error('LOCKSTEP_E2E_READY names the ready.json of a running installation');
    await use(JSON.parse(readFileSync(file, 'utf8')));
  },
  baseURL: async ({ ready }, use) => use(ready.url),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  expectedErrors: async ({}, use) => use([]),
  page: async ({ page, expectedErrors }, use) => {
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await use(page);
    expect(errors.filter((text) => !expectedErrors.some((pattern) => pattern.test(text)))).toEqual([]);
  },
  logIn: async ({ page, ready }, use) => {
    await use(async (who, on = page) => {
      const user = ready.users.find((one) => one.email.startsWith(`${who}@`));
      if (!user) throw new Error(`nobody is called ${who}`);
      await on.goto(`${ready.url}/login?next=/signals`);
      await on.getByLabel('E-mail').fill(user.email);
      await on.getByLabel('Password').fill(user.password);
      await on.getByRole('button', { name: 'Log in' }).click();
      await expect(on.getByRole('heading', { name: 'Signals' })).toBeVisible();
    });
  },
  alert: async ({ request, ready }, use) => {
    await use(async (strategy, body) => {
      const webhook = ready.webhooks.find((one) => one.strategy === strategy);
      if (!webhook) throw new Error(`no strategy is called ${strategy}`);
      const answer = await request.post(webhook.url, { data: body });
      expect(answer.status(), await answer.text()).toBe(200);
      return answer.json();
    });
  },
});

export { expect };
