/**
 * Where pictures of the pages go: all of them whole into the story's own output, and with LOCKSTEP_WRITE_SCREENSHOTS=1 what
 * fits the screen, in few colours, into docs/screenshots. Entry point: takePicture.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page, TestInfo } from '@playwright/test';
import sharp from 'sharp';

const KEPT = path.resolve(import.meta.dirname, '../docs/screenshots');
/** Enough for text, hairlines and the four colours that mean something. */
const COLOURS = 48;

export async function takePicture(page: Page, info: TestInfo, name: string): Promise<void> {
  await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true, animations: 'disabled' });
  if (process.env.LOCKSTEP_WRITE_SCREENSHOTS !== '1') return;
  await mkdir(KEPT, { recursive: true });
  await sharp(await page.screenshot({ animations: 'disabled' }))
    .png({ palette: true, colours: COLOURS, effort: 10, compressionLevel: 9, dither: 0 })
    .toFile(path.join(KEPT, `${name}.png`));
}
