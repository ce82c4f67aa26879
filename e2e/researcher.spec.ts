/** A researcher sees no one's money: no amount, no name and no id of any account on any of his pages, nor behind them. */
import pg from 'pg';
import { expect, test } from './fixtures.ts';
import { calm } from './newcomer.ts';
import { PAGES } from './places.ts';

const SYMBOL = `MONEY${Date.now().toString(36).toUpperCase()}`;

/** Figures of money that are not nothing. */
const amountsIn = (text: string): string[] =>
  (text.match(/[+−-]?[$₹€£]\s?[\d,]+(\.\d+)?/g) ?? []).filter((figure) => /[1-9]/.test(figure));

/** What there is of everybody: what would give somebody away, and a row of each kind to ask for. */
async function everything(databaseUrl: string) {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query<{ word: string }>(
      `select id::text as word from public.user_brokers union select id::text from public.trades union select id::text from public.orders
       union select id::text from public.strategies union select id::text from public.signals
       union select email from public.users where role = 'user'
       union select name from public.user_brokers where name <> 'Main' union select name from public.strategies`,
    );
    const one = await database.query<Record<'signal' | 'trade' | 'account' | 'strategy' | 'order', string>>(
      `select t.signal_id as signal, t.id as trade, t.user_broker_id as account, s.strategy_id as strategy, o.id as order
       from public.trades t join public.orders o on o.trade_id = t.id join public.signals s on s.id = t.signal_id
       join public.instruments i on i.id = t.instrument_id where i.symbol = $1 limit 1`,
      [SYMBOL],
    );
    return { words: rows.map((row) => row.word), one: one.rows[0] };
  } finally {
    await database.end();
  }
}

// what is not there is answered 404, and the browser says so
test.use({ expectedErrors: [/status of 404/] });

test('a researcher walks every page and sees no one’s money', async ({
  page,
  browser,
  ready,
  logIn,
  alert,
}) => {
  test.setTimeout(120_000);
  // money at work and money made, of two people
  await alert('Shared breakout', calm(SYMBOL));
  await expect.poll(async () => (await everything(ready.databaseUrl)).one).toBeDefined();
  const { words, one } = await everything(ready.databaseUrl);
  expect(words.length).toBeGreaterThan(20);
  const givenAway = (text: string) => words.filter((word) => text.includes(word));

  // the eyes are good: on the trader's own page there is all of it
  const ada = await (await browser.newContext({ baseURL: ready.url })).newPage();
  await logIn('ada', ada);
  const hers = await ada.goto('/positions');
  expect(givenAway((await hers?.text()) ?? '').length).toBeGreaterThan(0);
  expect(amountsIn((await ada.locator('main').textContent()) ?? '')).not.toEqual([]);

  await logIn('researcher');
  const sent: Promise<string>[] = [];
  page.on('response', (answer) => {
    if (/\/api\/trpc\/(?!events)/.test(answer.url())) sent.push(answer.text().catch(() => ''));
  });
  const places = PAGES.filter((place) => !place.includes('[') && place !== '/login');
  expect(places.length).toBeGreaterThan(10);
  for (const place of [...places, '/trades?state=ended', '/history?view=trades', '/history?view=lots']) {
    const answer = await page.goto(place);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    expect(givenAway((await answer?.text()) ?? ''), place).toEqual([]);
    expect(givenAway(await page.content()), place).toEqual([]);
    expect(amountsIn((await page.locator('main').textContent()) ?? ''), place).toEqual([]);
  }
  expect((await Promise.all(sent)).flatMap(givenAway)).toEqual([]);

  for (const place of [
    `/signals/${one?.signal}`,
    `/trades/${one?.trade}`,
    `/brokers/${one?.account}`,
    `/strategies/${one?.strategy}`,
  ]) {
    const answer = await page.goto(place);
    expect(answer?.status(), place).toBe(404);
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
    expect(amountsIn((await page.locator('main').textContent()) ?? ''), place).toEqual([]);
  }
  for (const place of [
    `/positions?id=${one?.trade}`,
    `/orders?id=${one?.order}`,
    `/history?account=${one?.account}`,
  ]) {
    await page.goto(place);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    const text = (await page.locator('main').textContent()) ?? '';
    expect([...amountsIn(text), ...(text.includes(SYMBOL) ? [SYMBOL] : [])], place).toEqual([]);
  }
  for (const kind of ['orders', 'trades', 'lots']) {
    const file = await page.request.get(`${ready.url}/api/export/${kind}`);
    expect((await file.text()).trim().split('\r\n').length, kind).toBeLessThanOrEqual(1);
  }
  await alert('Shared breakout', { symbol: SYMBOL, action: 'exit' });
  await ada.context().close();
});
