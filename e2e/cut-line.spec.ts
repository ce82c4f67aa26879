/** A line that is cut for ten seconds: the pages say so, and afterwards nothing is missing and nothing is there twice. */
import type { Page } from '@playwright/test';
import pg from 'pg';
import { expect, test } from './fixtures.ts';
import { openLine } from './line.ts';
import { calm, logInAs, send, trader } from './newcomer.ts';

const CUT_MS = 10_000;
const RUN = Date.now().toString(36).toUpperCase();

/** What the page's live stream has brought, in order: ids and topics. */
async function streamOf(page: Page): Promise<{ id: string; topic: string }[]> {
  const brought: { id: string; topic: string }[] = [];
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  cdp.on('Network.eventSourceMessageReceived', ({ eventId, data }) => {
    const topic = /"topic":"(\w+)"/.exec(data)?.[1];
    if (topic) brought.push({ id: eventId, topic });
  });
  return brought;
}

/** Ids in the addresses of a list's links, as the page shows them from top to bottom. */
const shownIn = (page: Page, kind: 'signals' | 'trades'): Promise<string[]> =>
  page
    .locator(`main li a[href^="/${kind}/"]`)
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.split('/').at(-1) ?? ''));

/** The same list over a line of its own. */
async function listed(page: Page, url: string, procedure: string, input: unknown): Promise<string[]> {
  const given = encodeURIComponent(JSON.stringify({ json: input }));
  const answer = await page.request.get(`${url}/api/trpc/${procedure}?input=${given}`);
  const { items } = (await answer.json()).result.data.json;
  return items.map((item: { id: string }) => item.id);
}

/** The ids of a person's events after one of them, as the database has them. */
async function eventsAfter(database: pg.Client, email: string, id: string): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `select e.xid::text || '-' || e.id as id from public.event_log e join public.users u on u.id = e.user_id
     where u.email = $1 and (e.xid, e.id) > ($2::text::xid8, $3::bigint) order by e.xid, e.id`,
    [email, ...id.split('-')],
  );
  return rows.map((row) => row.id);
}

// what the browser says of requests over a cut line
test.use({ expectedErrors: [/ERR_|Failed to fetch|network/i] });

test('a line that is cut for ten seconds loses nothing and repeats nothing', async ({
  page,
  browser,
  ready,
  logIn,
}) => {
  test.setTimeout(120_000);
  await logIn('admin');
  const cora = await trader(browser, page, ready.url, 'Cora');
  const line = await openLine(ready.url);
  const database = new pg.Client({ connectionString: ready.databaseUrl });
  await database.connect();
  try {
    const own = await send(cora.webhook, calm(`KEPT${RUN}`));
    // windows whose line can be cut
    const context = await browser.newContext({ baseURL: line.url });
    const signals = await context.newPage();
    const brought = await streamOf(signals);
    await logInAs(signals, cora);
    await expect.poll(() => brought.length).toBeGreaterThan(0);
    const closed = await context.newPage();
    await closed.goto('/trades?state=ended');
    await expect(closed.getByText('Nothing has closed yet')).toBeVisible();
    await expect(signals.locator(`a[href$="${own.signal_id}"]`)).toBeVisible();

    line.cut();
    const missed: string[] = [];
    const missOne = async (body: Record<string, unknown>) =>
      missed.push((await send(cora.webhook, body)).signal_id);
    await missOne(calm(`FIRST${RUN}`));
    await missOne({ symbol: `KEPT${RUN}`, action: 'exit' });
    for (const one of [signals, closed])
      await expect(one.getByRole('status').filter({ hasText: 'No connection since' })).toBeVisible({
        timeout: 8_000,
      });
    await missOne(calm(`SECOND${RUN}`));
    const direct = await browser.newContext({ baseURL: ready.url });
    const elsewhere = await direct.newPage();
    await logInAs(elsewhere, cora);
    const of = (procedure: string, input: unknown) => listed(elsewhere, ready.url, procedure, input);
    await expect.poll(async () => (await of('trades.list', { state: 'ended' })).length).toBe(1);
    await expect.poll(line.cutForMs, { timeout: CUT_MS + 2_000 }).toBeGreaterThanOrEqual(CUT_MS - 500);
    await missOne(calm(`LAST${RUN}`));
    await expect.poll(line.cutForMs).toBeGreaterThanOrEqual(CUT_MS);
    for (const id of missed) expect(await shownIn(signals, 'signals')).not.toContain(id);

    line.restore();
    const now = await of('signals.list', {});
    expect(now).toEqual(expect.arrayContaining([own.signal_id, ...missed]));
    await expect.poll(() => shownIn(signals, 'signals'), { timeout: 20_000 }).toEqual(now);
    await expect
      .poll(() => shownIn(closed, 'trades'), { timeout: 20_000 })
      .toEqual(await of('trades.list', { state: 'ended' }));
    for (const one of [signals, closed])
      await expect(one.getByRole('status').filter({ hasText: 'No connection since' })).toBeHidden();

    // the stream itself: each event of the database once, in its order
    const [begun, ...rest] = brought;
    if (!begun) throw new Error('the stream never began');
    const marks = ['ready', 'reset'];
    expect(rest.map((one) => one.topic)).not.toContain('reset');
    await send(cora.webhook, { symbol: `FIRST${RUN}`, action: 'exit' });
    await expect.poll(async () => (await of('trades.list', { state: 'ended' })).length).toBe(2);
    await expect(async () => {
      const events = brought.filter((one) => !marks.includes(one.topic)).map((one) => one.id);
      expect(events).toEqual(await eventsAfter(database, cora.email, begun.id));
    }).toPass({ timeout: 20_000 });
    for (const symbol of ['SECOND', 'LAST'])
      await send(cora.webhook, { symbol: `${symbol}${RUN}`, action: 'exit' });
    for (const one of [context, direct, cora.page.context()]) await one.close();
  } finally {
    line.close();
    await database.end();
  }
});
