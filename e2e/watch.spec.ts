/** The watch over the consoles is watched: an error on any page, in any context, is seen. */
import { expect, test } from './fixtures.ts';

test.use({ expectedErrors: [/said on purpose/] });

test('an error on any page of any context is noticed', async ({ page, browser, consoleErrors }) => {
  const other = await browser.newContext();
  const pages = {
    own: page,
    popup: await page.context().newPage(),
    other: await other.newPage(),
    'other popup': await other.newPage(),
  };
  for (const [name, one] of Object.entries(pages)) {
    await one.evaluate((from) => console.error(`said on purpose ${from}`), name);
    await one.evaluate((from) => {
      setTimeout(() => {
        throw new Error(`thrown, said on purpose ${from}`);
      });
    }, name);
  }
  for (const name of Object.keys(pages)) {
    for (const word of ['said', 'thrown, said']) {
      await expect
        .poll(() => consoleErrors.filter((text) => text.endsWith(`${word} on purpose ${name}`)))
        .not.toHaveLength(0);
    }
  }
  await other.close();
});
