/** Feature flags: what they need comes first, and the environment has the last word, whatever is sent. */
import type { Page } from '@playwright/test';
import pg from 'pg';
import { expect, test } from './fixtures.ts';

const RUN = Date.now().toString(36);
/** Flags of the story's own: nothing reads them. */
const BASE = `story_base_${RUN}`;
const TOP = `story_top_${RUN}`;
const HELD = `story_held_${RUN}`;

let owner: pg.Client;

test.beforeAll(async ({ ready }) => {
  owner = new pg.Client({ connectionString: ready.databaseUrl });
  await owner.connect();
  for (const [name, needs] of [
    [BASE, []],
    [TOP, [BASE]],
    [HELD, []],
  ] as const) {
    const detail = JSON.stringify({ about: 'A flag of a story.', needs });
    await owner.query('insert into public.feature_flags (name, detail) values ($1, $2)', [name, detail]);
  }
  // what a start does with LOCKSTEP_FLAGS
  await owner.query('select fn.flags_force($1)', [{ [HELD]: true }]);
});

test.afterAll(async () => {
  await owner.query(`select fn.flags_force('{}')`);
  await owner.query('delete from public.feature_flags where name = any ($1)', [[BASE, TOP, HELD]]);
  await owner.end();
});

const stands = async (name: string) =>
  (await owner.query('select enabled, wanted from public.feature_flags where name = $1', [name])).rows[0];

/** Sends the act as a page would, whatever its buttons allow. */
const set = async (page: Page, url: string, name: string, enabled: boolean) => {
  const answer = await page.request.post(`${url}/api/trpc/flags.set`, { data: { json: { name, enabled } } });
  return { status: answer.status(), text: await answer.text() };
};

test('a flag whose need is off cannot be switched on: the page names what is missing, and the server refuses it', async ({
  page,
  ready,
  logIn,
}) => {
  await logIn('admin');
  await page.goto('/admin/flags');
  const on = page.getByRole('button', { name: `Switch on: ${TOP}` });
  await expect(on).toBeDisabled();
  await expect(page.getByText(`${BASE} (off)`)).toBeVisible();
  await expect(page.getByText(`switch on first: ${BASE}`)).toBeVisible();
  const refused = await set(page, ready.url, TOP, true);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain(`It needs ${BASE}, which is off.`);
  expect(await stands(TOP)).toEqual({ enabled: false, wanted: false });

  await page.getByRole('button', { name: `Switch on: ${BASE}` }).click();
  await expect(page.getByText(`${BASE} (on)`)).toBeVisible();
  await on.click();
  await expect(page.getByRole('button', { name: `Switch off: ${TOP}` })).toBeVisible();
  // and what something stands on is not taken away from under it
  const needed = await set(page, ready.url, BASE, false);
  expect(needed.status).toBe(409);
  expect(needed.text).toContain(`${TOP} needs it: switch that off first.`);
  expect(await stands(BASE)).toEqual({ enabled: true, wanted: true });
});

test('what the environment holds is shown and cannot be changed', async ({ page, ready, logIn }) => {
  await logIn('admin');
  await page.goto('/admin/flags');
  await expect(page.getByRole('button', { name: `Switch off: ${HELD}` })).toBeDisabled();
  const row = page.getByRole('list', { name: 'Flags' }).getByRole('listitem').filter({ hasText: HELD });
  await expect(row).toContainText('the environment; an admin wants it off');
  const refused = await set(page, ready.url, HELD, false);
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('The environment (LOCKSTEP_FLAGS) holds this flag on.');
  expect(await stands(HELD)).toEqual({ enabled: true, wanted: false });
});

test('nobody but an admin sets one', async ({ page, ready, logIn }) => {
  await logIn('ada');
  expect((await set(page, ready.url, BASE, true)).status).toBe(403);
});
