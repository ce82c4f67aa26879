/** When something shows on a page, seen from inside the page: a MutationObserver, no asking from outside. */
import type { Page } from '@playwright/test';

export interface Sight {
  /** Rows of a list, as a selector. */
  rows: string;
  /** Those that say this … */
  of: string;
  /** … one of which says this as well … */
  says?: string;
  /** … or which are fewer than so many now. */
  fewerThan?: number;
}

/** When the page shows it, on the clock of the stories; rejects after ten seconds. */
export async function showsAt(page: Page, sight: Sight): Promise<number> {
  await page.evaluate(
    ({ rows, of, says = '', fewerThan = 0 }) =>
      new Promise<void>((resolve, reject) => {
        const isThere = () => {
          const texts = [...document.querySelectorAll(`main ${rows}`)].map((row) => row.textContent ?? '');
          const ours = texts.filter((text) => text.includes(of));
          return ours.length < fewerThan || ours.some((text) => text.includes(says));
        };
        const observer = new MutationObserver(() => look());
        const tooLate = setTimeout(
          () => end(() => reject(new Error(`${location.pathname} never showed it`))),
          10_000,
        );
        const end = (how: () => void) => {
          observer.disconnect();
          clearTimeout(tooLate);
          how();
        };
        const look = () => {
          if (isThere()) end(resolve);
        };
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        look();
      }),
    sight,
  );
  return performance.now();
}

/** Notes from now on every one of these words that the page shows or is sent, however short it stands there. */
export async function watchFor(page: Page, words: readonly string[]): Promise<() => Promise<string[]>> {
  const sent: Promise<string>[] = [];
  page.on('response', (answer) => {
    if (!answer.url().includes('events.onEvent')) sent.push(answer.text().catch(() => ''));
  });
  await page.evaluate((all) => {
    const seen = new Set<string>();
    const look = () => {
      for (const word of all) if (document.documentElement.textContent?.includes(word)) seen.add(word);
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
    look();
    Object.assign(window, { lockstepSeen: seen });
  }, words);
  return async () => {
    const shown = await page.evaluate(() => [
      ...(window as unknown as { lockstepSeen: Set<string> }).lockstepSeen,
    ]);
    const texts = await Promise.all(sent);
    return [...shown, ...words.filter((word) => texts.some((text) => text.includes(word)))];
  };
}
