/** How an admin throws a switch in its dialog. */
import { expect, type Page } from '@playwright/test';

const LABELS = {
  HALT: 'Halt: no entries, exits go on',
  FLATTEN: 'Flatten: close everything, then no entries',
} as const;

export async function throwSwitch(page: Page, what: keyof typeof LABELS, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What').selectOption({ label: LABELS[what] });
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: /…$/ }).click();
  await dialog.getByRole('button', { name: /^Yes: / }).click();
  await expect(dialog).toContainText('It stands.');
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
}
