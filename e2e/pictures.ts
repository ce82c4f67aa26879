/**
 * Where pictures of the pages go: all of them whole into the story's own output, and with LOCKSTEP_WRITE_SCREENSHOTS=1 what
 * fits the screen, in a palette of colours, into docs/screenshots. Entry point: takePicture.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page, TestInfo } from '@playwright/test';
import sharp from 'sharp';

const KEPT = path.resolve(import.meta.dirname, '../docs/screenshots');

export async function takePicture(page: Page, info: TestInfo, name: string, isKept: boolean): Promise<void> {
  await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true, animations: 'disabled' });
  if (!isKept || process.env.LOCKSTEP_WRITE_SCREENSHOTS !== '1') return;
  await mkdir(KEPT, { recursive: true });
  const few = await sharp(await page.screenshot({ animations: 'disabled' }))
    .png({ palette: true, dither: 0 })
    .toBuffer();
  await sharp(few)
    .webp({ lossless: true, effort: 6 })
    .toFile(path.join(KEPT, `${name}.webp`));
}
