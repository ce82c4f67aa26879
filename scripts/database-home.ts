/**
 * The credentials and the owner of an embedded server: what lies beside its data.
 *
 * Entry points: readCredentials, writeCredentials, newCredentials, createOwner. Invariant: the file is readable by
 * its owner alone, and is written whole or not at all.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';

export const OWNER_ROLE = 'lockstep_owner';
export const LOGIN_ROLES = ['lockstep_web', 'lockstep_worker', 'lockstep_paper'] as const;

export type Passwords = Record<string, string>;

const FILE = 'credentials.json';

/** Passwords of the superuser, the owner and the log-ins, at random. */
export function newCredentials(): Passwords {
  const roles = ['postgres', OWNER_ROLE, ...LOGIN_ROLES];
  return Object.fromEntries(roles.map((role) => [role, randomBytes(24).toString('base64url')]));
}

/** What was written for this directory, or null when it has none yet. */
export async function readCredentials(dir: string): Promise<Passwords | null> {
  try {
    return JSON.parse(await readFile(path.join(dir, FILE), 'utf8')) as Passwords;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`Cannot read ${path.join(dir, FILE)}: ${(error as Error).message}`);
  }
}

export async function writeCredentials(dir: string, passwords: Passwords): Promise<void> {
  const file = path.join(dir, FILE);
  await writeFile(`${file}.new`, `${JSON.stringify(passwords, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Creates the owner, who is no superuser, and his database, unless they exist. `admin` is the superuser. */
export async function createOwner(admin: pg.Client, password: string, database: string): Promise<void> {
  const role = await admin.query('select 1 from pg_roles where rolname = $1', [OWNER_ROLE]);
  if (role.rowCount === 0) {
    await admin.query(
      `create role ${OWNER_ROLE} login nosuperuser createrole createdb password ${pg.escapeLiteral(password)}`,
    );
  }
  const known = await admin.query('select 1 from pg_database where datname = $1', [database]);
  if (known.rowCount === 0) {
    await admin.query(`create database ${pg.escapeIdentifier(database)} owner ${OWNER_ROLE}`);
  }
}
