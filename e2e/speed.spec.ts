/**
 * What a person waits for: first paint, the page's data, an interaction and the weight of the code, on a processor four times
 * slower than this one and over 4G. `LOCKSTEP_WRITE_SPEED=1` writes its table in docs/web-speed.md.
 */
import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { writeSpeed } from './web-speed.ts';

const PAGES = [
  '/login',
  '/',
  '/signals',
  '/positions',
  '/orders',
  '/history',
  '/trades',
  '/strategies',
  '/brokers',
  '/settings',
];
const SLOWER = 4;
/** 9 Mbit/s with 60 ms each way: a phone in a town. */
const PHONE = {
  offline: false,
  latency: 60,
  downloadThroughput: (9e6 / 8) | 0,
  uploadThroughput: (3e6 / 8) | 0,
};
/** The best of so many first visits. */
const VISITS = 5;
const PAINT_WITHIN_MS = 2_000;
const ANSWER_WITHIN_MS = 200;
/** Scripts of a first visit, compressed. */
const SCRIPTS_WITHIN_KB = 600;

interface Figures {
  page: string;
  paint: number;
  useful: number;
  interaction: number;
  scripts: number;
  html: number;
}

/** One first visit with an empty cache. */
async function visit(page: Page, cdp: CDPSession, place: string, url: string): Promise<Figures> {
  await page.goto('about:blank');
  await cdp.send('Network.clearBrowserCache');
  await page.goto(url + place);
  await expect(page.locator('main')).toBeVisible();
  const useful = await page.evaluate(() => performance.now());
  const loaded = await page.evaluate(() => {
    const sizes = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const scripts = sizes.filter((one) => one.name.endsWith('.js') || one.initiatorType === 'script');
    const [document] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return {
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      scripts: scripts.reduce((sum, one) => sum + one.encodedBodySize, 0),
      html: document?.encodedBodySize ?? 0,
    };
  });
  return { page: place, useful, interaction: await interactionOf(page), ...loaded };
}

/** From a click on the button that every page has to the next frame that is painted. */
async function interactionOf(page: Page): Promise<number> {
  const button = page.getByRole('button', { name: /^Appearance/ });
  await expect(button).toBeEnabled();
  return button.evaluate(async (on: HTMLElement) => {
    const began = performance.now();
    on.click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - began;
  });
}

const best = (all: Figures[], key: 'paint' | 'useful' | 'interaction'): number =>
  Math.min(...all.map((one) => one[key]));

const figures: Figures[] = [];

for (const place of PAGES) {
  test(`${place} is there within two seconds on a slow phone`, async ({ page, ready, logIn }) => {
    if (place !== '/login') await logIn('ada');
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', PHONE);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.setViewportSize({ width: 390, height: 844 });
    const visits: Figures[] = [];
    for (let n = 0; n < VISITS; n += 1) visits.push(await visit(page, cdp, place, ready.url));
    const [first] = visits;
    if (!first) throw new Error('nothing was measured');
    const found = {
      ...first,
      paint: best(visits, 'paint'),
      useful: best(visits, 'useful'),
      interaction: best(visits, 'interaction'),
    };
    figures.push(found);
    expect(found.paint, 'first contentful paint, ms').toBeLessThan(PAINT_WITHIN_MS);
    expect(found.interaction, 'from click to paint, ms').toBeLessThan(ANSWER_WITHIN_MS);
    expect(found.scripts / 1024, 'scripts, KB compressed').toBeLessThan(SCRIPTS_WITHIN_KB);
  });
}

const INTRODUCTION = `An empty cache, a processor slowed ${SLOWER} times and a line of 4G (9 Mbit/s, 60 ms); best of ${VISITS}. The story fails when a page
paints later than ${PAINT_WITHIN_MS / 1000} s, answers a click later than ${ANSWER_WITHIN_MS} ms or loads more than ${SCRIPTS_WITHIN_KB} KB of scripts.

| page | first paint, ms | content, ms | click to paint, ms | scripts, KB | page itself, KB |
|---|---:|---:|---:|---:|---:|
`;

test.afterAll(() => {
  const kb = (bytes: number) => (bytes / 1024).toFixed(0);
  const rows = figures.map(
    (one) =>
      `| \`${one.page}\` | ${one.paint.toFixed(0)} | ${one.useful.toFixed(0)} | ${one.interaction.toFixed(0)} | ${kb(one.scripts)} | ${kb(one.html)} |\n`,
  );
  writeSpeed('First visits on a phone', INTRODUCTION + rows.join(''));
});
