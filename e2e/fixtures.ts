/**
 * What every story has: the installation's ready.json, people who log in, alerts, and pages that must stay free of errors in
 * their consoles, whichever window a story opens.
 */
import { readFileSync } from 'node:fs';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';

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
  /** Errors that a story expects, as patterns; everything else in a console fails it. */
  expectedErrors: RegExp[];
  quiet: undefined;
}

interface WorkerFixtures {
  /** What the consoles of all pages of all contexts have said that was an error, since it was last emptied. */
  consoleErrors: string[];
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  consoleErrors: [
    async ({ browser }, use) => {
      const errors: string[] = [];
      const watch = (context: BrowserContext) => {
        context.on('console', (message) => {
          if (message.type() === 'error') errors.push(`${message.page()?.url()}: ${message.text()}`);
        });
        context.on('weberror', (error) => errors.push(`${error.page()?.url()}: ${error.error().message}`));
      };
      browser.on('context', watch);
      await use(errors);
      browser.off('context', watch);
    },
    { scope: 'worker', auto: true },
  ],
  // its end is checked after that of the context, which comes later than it
  quiet: [
    async ({ consoleErrors, expectedErrors }, use) => {
      await use(undefined);
      const said = consoleErrors.splice(0);
      expect(said.filter((text) => !expectedErrors.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from here
  ready: async ({}, use) => {
    const file = process.env.LOCKSTEP_E2E_READY;
    if (!file) throw new Error('LOCKSTEP_E2E_READY names the ready.json of a running installation');
    await use(JSON.parse(readFileSync(file, 'utf8')));
  },
  baseURL: async ({ ready }, use) => use(ready.url),
  // biome-ignore lint/correctness/noEmptyPattern: as above
  expectedErrors: async ({}, use) => use([]),
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
