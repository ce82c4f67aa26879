/**
 * Somebody with years of trading behind him, written into a running installation by the owner of its database, and his log-in.
 * Entry points: bigPerson, logInAs. His instruments are simulated, so that the figures of his open trades move.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import pg from 'pg';
import { bigAccount } from '../prisma/tests/big-account.ts';
import { hashPassword } from '../server/crypto.ts';

/** Few enough that the market still has room for symbols of other stories. */
const SYMBOLS = 100;
const HOUR_MS = 3_600_000;

export interface BigPerson {
  email: string;
  password: string;
  account: string;
  strategy: string;
}

/** Once for an installation: a worker that starts anew after a failed story finds what the one before has written. */
export async function bigPerson(databaseUrl: string): Promise<BigPerson> {
  const file = path.join(path.dirname(process.env.LOCKSTEP_E2E_READY ?? ''), 'big-person.json');
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known) return JSON.parse(known);
  const person = await newBigPerson(databaseUrl);
  await writeFile(file, JSON.stringify(person));
  return person;
}

async function newBigPerson(databaseUrl: string): Promise<BigPerson> {
  const tag = randomBytes(4).toString('hex');
  const email = `years-${tag}@lockstep.demo`;
  const password = randomBytes(12).toString('hex');
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  try {
    const { rows } = await owner.query<{ id: string }>(
      `select fn.user_create($1, 'Years', 'user', 'UTC', $2) as id`,
      [email, await hashPassword(password)],
    );
    const now = Date.now();
    const { account, strategy } = await bigAccount(owner, {
      now: new Date(now).toISOString(),
      userId: rows[0]?.id ?? '',
      size: { symbols: SYMBOLS },
      // the paper broker knows nothing of these positions: they are not compared while the stories last
      account: { name: 'Years', capital: '1000000', reconciled_at: new Date(now + HOUR_MS).toISOString() },
      instrument: (n) => ({ symbol: `Y${String(n).padStart(3, '0')}-${tag.toUpperCase()}` }),
    });
    return { email, password, account: account.id, strategy: strategy.id };
  } finally {
    await owner.end();
  }
}

export async function logInAs(page: Page, url: string, { email, password }: BigPerson): Promise<void> {
  await page.goto(`${url}/login?next=/settings`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
}
