import {
  confirm,
  dialogOf,
  drag,
  heightOf,
  lastPrice,
  levelsOf,
  moving,
  openTrade,
  sliderOf,
} from './chart.ts';
import { expect, test } from './fixtures.ts';
import { logInAs, send as sendTo, traderBefore } from './newcomer.ts';

/** Symbols of this run alone: a symbol that nobody has seen begins at the alert's price. */
const RUN = Date.now().toString(36).toUpperCase();

/** Levels so close that a pixel of the chart is a small part of a percent, so far that the market stays between them. */
const entry = (symbol: string) => ({
  symbol,
  action: 'entry',
  direction: 'long',
  price: 50,
  stop: 48,
  target: 54,
});

/** A trader of these stories' own: what they lose counts against nobody else's limits. */
let trader = { email: '', password: '', webhook: '' };

test.beforeAll(async ({ browser, ready }) => {
  trader = await traderBefore(browser, ready, 'Charlotte');
});

const send = (body: Record<string, unknown>) => sendTo(trader.webhook, body);

test.describe('a stop that is pulled up behind the market', () => {
  // the market may pass the new stop before it is set: the act is then refused with 400, and the browser says so
  test.use({ expectedErrors: [/status of 400/] });

  test('a stop that is dragged asks first, holds afterwards, and is where the trade gets out', async ({
    page,
  }) => {
    test.setTimeout(180_000);
    const symbol = `PULL${RUN}`;
    const refused: string[] = [];
    page.on('response', (answer) => answer.status() === 400 && refused.push(new URL(answer.url()).pathname));
    await logInAs(page, trader);
    await openTrade(page, (await send(entry(symbol))).signal_id);
    const stop = sliderOf(page, 'Stop');

    // what it would bring is said while it moves; Escape leaves it where it was
    await drag(page, 'Stop', 49);
    await expect(moving(page)).toContainText(/^Stop 48\.000 → (48\.9|49\.0)\d\d/);
    await expect(moving(page)).toContainText(
      /At the stop [\d.]+, [\d.]+\s% away, the trade ends at about −\$[\d.]+/,
    );
    await page.keyboard.press('Escape');
    await expect(moving(page)).toBeHidden();
    await page.mouse.up();
    await expect(stop).toHaveAttribute('aria-valuetext', '48.000');

    // dropped back where it was, it asks nothing
    const start = await heightOf(page, 48);
    await drag(page, 'Stop', 49);
    await page.mouse.move(start.x, start.y + 2);
    await expect(moving(page)).toContainText('Here it stands: letting go changes nothing.');
    await page.mouse.up();
    await expect(moving(page)).toBeHidden();
    await expect(dialogOf(page, symbol)).toBeHidden();

    // let go elsewhere, it asks, and nothing has changed until it is answered
    await drag(page, 'Stop', 49);
    await page.mouse.up();
    const dialog = dialogOf(page, symbol);
    const wanted = Number(await dialog.getByLabel('Stop price').inputValue());
    expect(wanted).toBeGreaterThan(48.9);
    expect(wanted).toBeLessThan(49.1);
    await expect(dialog).toContainText(`Stop 48.000 → ${wanted.toFixed(3)}`);
    await expect(levelsOf(page)).toContainText('48.000');
    await dialog.getByRole('button', { name: 'Set stop and target' }).click();
    await expect(dialog).toBeHidden();
    await expect(stop).toHaveAttribute('aria-valuetext', wanted.toFixed(3));
    await expect(levelsOf(page)).toContainText(new RegExp(`Stop you\\s*${wanted.toFixed(3)}`));
    const story = page.getByRole('region', { name: 'Story' });
    await expect(story).toContainText(`Stop moved from 48.000 to ${wanted.toFixed(3)}`);

    // pulled up behind the market, as a trader does, until the market comes back to it
    const title = page.getByRole('heading', { name: symbol });
    let last = wanted;
    await expect(async () => {
      if (!/Closed/.test((await title.textContent()) ?? '')) {
        await drag(page, 'Stop', (await lastPrice(page)) * 0.9985);
        await page.mouse.up();
        await expect(dialog).toBeVisible({ timeout: 2_000 });
        const asked = Number(await dialog.getByLabel('Stop price').inputValue());
        if (await confirm(dialog)) last = asked;
      }
      await expect(title).toContainText('Closed', { timeout: 5_000 });
    }).toPass({ timeout: 120_000 });
    await expect(story).toContainText(/Exit: .*stop/i);
    await expect(story).toContainText(`trigger ${last.toFixed(3)}`);
    await expect(page.getByRole('slider')).toHaveCount(0);
    expect(refused.filter((path) => !path.endsWith('/positions.setLevels'))).toEqual([]);
    await send({ symbol, action: 'exit' });
  });
});

test('a target is moved by finger on a phone, and a finger beside its grip scrolls the page', async ({
  browser,
  ready,
}) => {
  const symbol = `FINGER${RUN}`;
  const context = await browser.newContext({
    viewport: { width: 375, height: 812 },
    hasTouch: true,
    isMobile: true,
    baseURL: ready.url,
  });
  const page = await context.newPage();
  await logInAs(page, trader);
  await send(entry(symbol));
  await page.goto(`/positions?symbol=${symbol}`);
  await page.getByRole('button', { name: `${symbol} on Practice` }).tap();
  const target = sliderOf(page, 'Target');
  await expect(target).toHaveAttribute('aria-valuetext', '54.000');
  const panel = page.getByRole('region', { name: `${symbol} on Practice` });
  await panel
    .getByRole('region', { name: 'Price' })
    .evaluate((card) => card.scrollIntoView({ block: 'center' }));

  const session = await context.newCDPSession(page);
  const finger = async (
    type: 'touchStart' | 'touchMove' | 'touchEnd',
    points: { x: number; y: number }[],
  ) => {
    await session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  };
  const swipe = async (x: number, from: number, to: number) => {
    await finger('touchStart', [{ x, y: from }]);
    for (let step = 1; step <= 8; step += 1)
      await finger('touchMove', [{ x, y: from + ((to - from) * step) / 8 }]);
  };
  const scrolled = () => page.evaluate(() => window.scrollY);

  const at = await heightOf(page, 54);
  const before = await scrolled();
  await swipe(at.x, at.y, (await heightOf(page, 53)).y);
  await expect(moving(page)).toContainText(/^Target 54\.000 → 5[23]\.\d{3}/);
  await expect(moving(page)).toContainText(
    /At the target [\d.]+, [\d.]+\s% away, the trade ends at about \+\$/,
  );
  expect(await scrolled()).toBe(before);
  await finger('touchEnd', []);
  const dialog = dialogOf(page, symbol);
  const wanted = Number(await dialog.getByLabel('Target price').inputValue());
  expect(wanted).toBeGreaterThan(52.8);
  expect(wanted).toBeLessThan(53.2);
  await dialog.getByRole('button', { name: 'Set stop and target' }).tap();
  await expect(dialog).toBeHidden();
  await expect(target).toHaveAttribute('aria-valuetext', wanted.toFixed(3));
  await expect(panel.getByRole('region', { name: 'What would close it' })).toContainText(wanted.toFixed(3));

  const line = await heightOf(page, wanted);
  await swipe(200, line.y, line.y - 120);
  await finger('touchEnd', []);
  await expect.poll(scrolled).toBeGreaterThan(before + 50);
  await expect(dialog).toBeHidden();
  await context.close();
  await send({ symbol, action: 'exit' });
});

test('keys move a level tick by tick, and what was set elsewhere meanwhile is not overwritten', async ({
  page,
  browser,
  ready,
}) => {
  const symbol = `KEYS${RUN}`;
  await logInAs(page, trader);
  await openTrade(page, (await send(entry(symbol))).signal_id);
  const stop = sliderOf(page, 'Stop');
  await stop.press('ArrowUp');
  await stop.press('ArrowUp');
  await expect(stop).toHaveAttribute('aria-valuetext', '48.002');
  await expect(moving(page)).toContainText('Enter asks before it is set. Escape leaves it.');
  await stop.press('PageDown');
  await expect(stop).toHaveAttribute('aria-valuetext', '47.954');
  await expect(moving(page)).toContainText(/At the stop 47\.954/);
  await stop.press('Escape');
  await expect(stop).toHaveAttribute('aria-valuetext', '48.000');
  await stop.press('ArrowDown');
  await stop.press('Enter');
  const dialog = dialogOf(page, symbol);
  await expect(dialog.getByLabel('Stop price')).toHaveValue('47.999');

  // the same person in another window, while this one is being asked
  const other = await (await browser.newContext({ baseURL: ready.url })).newPage();
  await logInAs(other, trader);
  await other.goto(page.url());
  await other.getByRole('button', { name: 'Change stop and target…' }).click();
  const elsewhere = dialogOf(other, symbol);
  await elsewhere.getByLabel('Stop price').fill('47.5');
  await elsewhere.getByRole('button', { name: 'Set stop and target' }).click();
  await expect(elsewhere).toBeHidden();
  await other.context().close();

  await expect(dialog).toContainText('Changed meanwhile: the stop is 47.500 now, no longer 48.000.');
  const set = dialog.getByRole('button', { name: 'Set stop and target' });
  await expect(set).toBeDisabled();
  await dialog.getByRole('button', { name: 'Go on from these' }).click();
  await expect(dialog).toContainText('Stop 47.500 → 47.999');
  await set.click();
  await expect(dialog).toBeHidden();
  await expect(stop).toHaveAttribute('aria-valuetext', '47.999');
  await expect(page.getByRole('region', { name: 'Story' })).toContainText('Stop moved from 47.500 to 47.999');
  await send({ symbol, action: 'exit' });
});

test.describe('a chart that does not come', () => {
  // what is cut off here is told by the browser as well
  test.use({ expectedErrors: [/net::ERR_FAILED/] });

  test('is said to have failed, with what is still true, and comes when tried again', async ({ page }) => {
    const symbol = `STATES${RUN}`;
    await logInAs(page, trader);
    const { signal_id } = await send(entry(symbol));
    await openTrade(page, signal_id);
    const trade = page.url();
    const card = page.getByRole('region', { name: 'Price' });
    const picture = card.getByRole('img', { name: `${symbol} price with entry` });
    await expect(card.getByRole('link', { name: 'TradingView Lightweight Charts' })).toBeVisible();
    const height = async () => (await card.boundingBox())?.height;
    const full = await height();

    // its prices
    const gate = Promise.withResolvers<void>();
    const prices = /\/api\/trpc\/[^?]*trades\.candles/;
    await page.route(prices, async (route) => {
      await gate.promise;
      await route.abort();
    });
    await page.goto(trade);
    await expect(card.getByRole('status', { name: 'Loading the chart' })).toBeVisible();
    expect(await height(), 'the page jumps when the chart comes').toBe(full);
    gate.resolve();
    await expect(card.getByRole('alert')).toContainText('The price history could not be loaded');
    await page.unroute(prices);
    await card.getByRole('button', { name: 'Try again' }).click();
    await expect(picture).toBeVisible();

    // its drawing
    const chunks = '**/_next/static/chunks/**';
    await page.route(chunks, async (route) => {
      const answer = await route.fetch();
      if ((await answer.text()).includes('lightweight')) await route.abort();
      else await route.fulfill({ response: answer });
    });
    await page.goto(trade);
    await expect(card.getByRole('alert')).toContainText('The drawing of the chart could not be loaded');
    await expect(card.getByRole('columnheader', { name: 'Close' })).toBeVisible();
    await page.unroute(chunks);
    await card.getByRole('button', { name: 'Try again' }).click();
    await expect(picture).toBeVisible();
    await send({ symbol, action: 'exit' });
  });
});
