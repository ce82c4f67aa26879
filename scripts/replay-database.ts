/**
 * A database for one replay: beside the configured one, or on an embedded server that is thrown away with it.
 *
 * Entry point: `openReplayDatabase`. Invariants: its owner is no superuser; nothing of the configured database is
 * touched; what a killed replay left behind is removed by a later one.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { apply } from '#prisma/apply.ts';
import { loginsFrom } from '#prisma/logins.ts';
import { applyReference } from '#prisma/reference.ts';
import type { Urls } from '#scripts/database.ts';
import { createOwner, newCredentials, OWNER_ROLE } from '#scripts/database-home.ts';
import { adminClient, startCluster, urlOf } from '#scripts/embedded-postgres.ts';
import { assertLogin, type Env, paperUrl } from '#server/env.ts';

export interface ReplayDatabase {
  urls: Urls;
  /** Removes it. */
  close: () => Promise<void>;
}

const PREFIX = 'lockstep_replay_';
const DIRECTORY = 'lockstep-replay-pg-';
/** What is of this age (s) and used by nobody was left behind. */
const LEFT_BEHIND_S = 600;

/** Makes the database and applies the schema. Throws an Error of one line. */
export async function openReplayDatabase(env: Env): Promise<ReplayDatabase> {
  const made =
    env.DATABASE_URL === undefined ? await onEmbedded() : await besideConfigured(env, env.DATABASE_URL);
  try {
    await apply(made.urls.owner, [
      { role: 'lockstep_web', url: made.urls.web },
      { role: 'lockstep_worker', url: made.urls.worker },
      { role: 'lockstep_paper', url: made.urls.paper },
    ]);
    await applyReference(made.urls.owner);
    return made;
  } catch (error) {
    await made.close();
    throw error;
  }
}

async function onEmbedded(): Promise<ReplayDatabase> {
  await removeOldDirectories();
  const dir = await mkdtemp(path.join(tmpdir(), DIRECTORY));
  const passwords = newCredentials();
  const database = `${PREFIX}0`;
  const cluster = await startCluster({
    dir,
    superPassword: passwords.postgres ?? '',
    // no power cut is survived here: the whole server goes when the replay ends
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  const close = async (): Promise<void> => {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const admin = await adminClient(cluster.superUrl('postgres'));
    await createOwner(admin, passwords[OWNER_ROLE] ?? '', database);
    await admin.end();
  } catch (error) {
    await close();
    throw error;
  }
  const url = (role: string): string => urlOf(role, passwords[role] ?? '', cluster.port, database);
  return {
    urls: {
      owner: url(OWNER_ROLE),
      web: url('lockstep_web'),
      worker: url('lockstep_worker'),
      paper: url('lockstep_paper'),
    },
    close,
  };
}

async function besideConfigured(env: Env, ownerUrl: string): Promise<ReplayDatabase> {
  loginsFrom(env);
  const name = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(4).toString('hex')}`;
  const admin = await adminClient(ownerUrl);
  try {
    await removeLeftBehind(admin);
    await admin.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await admin.end();
  }
  const at = (url: string): string => {
    const moved = new URL(url);
    moved.pathname = `/${name}`;
    return moved.href;
  };
  return {
    urls: {
      owner: at(ownerUrl),
      web: at(assertLogin(env, 'DATABASE_URL_WEB')),
      worker: at(assertLogin(env, 'DATABASE_URL_WORKER')),
      paper: at(paperUrl(env)),
    },
    close: async () => {
      const client = await adminClient(ownerUrl);
      await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
      await client.end();
    },
  };
}

/** A killed replay's server ends with it (its guard sees to that); its directory is left. */
async function removeOldDirectories(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(DIRECTORY)) continue;
    const dir = path.join(tmpdir(), name);
    const made = await stat(dir).catch(() => null);
    const isOld = made !== null && Date.now() - made.mtimeMs > LEFT_BEHIND_S * 1000;
    if (isOld && !existsSync(path.join(dir, 'pgdata', 'postmaster.pid')))
      await rm(dir, { recursive: true, force: true });
  }
}

async function removeLeftBehind(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `select d.datname from pg_database d
     where d.datname ~ $1 and split_part(d.datname, '_', 3)::bigint < extract(epoch from clock_timestamp()) - $2
       and pg_has_role(d.datdba, 'usage') and not exists (select from pg_stat_activity a where a.datname = d.datname)`,
    [`^${PREFIX}\\d+_`, LEFT_BEHIND_S],
  );
  for (const { datname } of rows)
    await admin.query(`drop database if exists ${pg.escapeIdentifier(datname)}`);
}
