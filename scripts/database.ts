/**
 * The database of a start: the embedded one under LOCKSTEP_HOME, or the one that the environment names.
 *
 * Entry points: checkDatabase, then openDatabase. Whoever gets it may use four connection strings and never asks which it is.
 * Invariant: the schema is applied as an owner without superuser rights in both cases.
 */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { apply } from '#prisma/apply.ts';
import type { Login } from '#prisma/logins.ts';
import { applyReference } from '#prisma/reference.ts';
import {
  createOwner,
  LOGIN_ROLES,
  newCredentials,
  OWNER_ROLE,
  type Passwords,
  readCredentials,
  writeCredentials,
} from '#scripts/database-home.ts';
import { adminClient, type Cluster, startCluster, urlOf } from '#scripts/embedded-postgres.ts';
import { databaseTrouble, lineOf, Trouble } from '#scripts/trouble.ts';
import { assertLogin, type Env, paperUrl } from '#server/env.ts';

const DATABASE = 'lockstep';
const PREFERRED_PORT = 54_318;
const RESTART_PAUSE_MS = 3_000;

export interface Urls {
  owner: string;
  web: string;
  worker: string;
  paper: string;
}

export interface Database {
  urls: Urls;
  isEmbedded: boolean;
  stop: () => Promise<void>;
}

/** Starts the database unless the environment names one, and applies the schema. Throws an Error of one line. */
export async function openDatabase(env: Env, home: string, say: (line: string) => void): Promise<Database> {
  const database: Database =
    env.DATABASE_URL === undefined
      ? await openEmbedded(home, say)
      : { urls: externalUrls(env), isEmbedded: false, stop: async () => undefined };
  try {
    await apply(database.urls.owner, loginsOf(database.urls));
    await applyReference(database.urls.owner, env.LOCKSTEP_FLAGS);
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

function loginsOf(urls: Urls): Login[] {
  return [
    { role: 'lockstep_web', url: urls.web },
    { role: 'lockstep_worker', url: urls.worker },
    { role: 'lockstep_paper', url: urls.paper },
  ];
}

/** Says what is wrong with the configuration, before anything is built or started. Throws Trouble. */
export async function checkDatabase(env: Env): Promise<void> {
  if (env.DATABASE_URL === undefined) {
    const companions = ['DATABASE_URL_WEB', 'DATABASE_URL_WORKER', 'DATABASE_URL_PAPER'] as const;
    const lonely = companions.find((name) => env[name]);
    if (!lonely) return;
    throw new Trouble(`${lonely} is set without DATABASE_URL: set DATABASE_URL to the owner's, or neither.`);
  }
  const { owner, ...logins } = externalUrls(env);
  for (const [name, url] of Object.entries(logins)) {
    if (new URL(url).password !== '') continue;
    throw new Trouble(`DATABASE_URL_${name.toUpperCase()} takes a connection string with a password.`);
  }
  const client = await adminClient(owner).catch((error) => {
    throw databaseTrouble('DATABASE_URL', owner, error);
  });
  await client.end();
}

function externalUrls(env: Env): Urls {
  return {
    owner: env.DATABASE_URL ?? '',
    web: assertLogin(env, 'DATABASE_URL_WEB'),
    worker: assertLogin(env, 'DATABASE_URL_WORKER'),
    paper: paperUrl(env),
  };
}

async function openEmbedded(home: string, say: (line: string) => void): Promise<Database> {
  const dir = path.join(home, 'postgres');
  const passwords = await credentialsOf(home);
  const options = { dir, superPassword: passwords.postgres ?? '', port: PREFERRED_PORT };
  let cluster = await startCluster(options);
  let stopping = false;

  // a server that was killed comes back on its port, so that every connection string stays true
  const watch = (current: Cluster): void => {
    void current.ended.then(async (unasked) => {
      while (unasked && !stopping) {
        say('PostgreSQL ended; starting it again.');
        try {
          cluster = await startCluster({ ...options, port: current.port });
          if (cluster.port === current.port) return watch(cluster);
          await cluster.stop();
          say(`Its port ${current.port} is taken by another process.`);
        } catch (error) {
          say(lineOf(error, 'Starting PostgreSQL again'));
        }
        await delay(RESTART_PAUSE_MS);
      }
    });
  };
  watch(cluster);

  const admin = await adminClient(cluster.superUrl('postgres'));
  await createOwner(admin, passwords[OWNER_ROLE] ?? '', DATABASE);
  await admin.end();
  const url = (role: string): string => urlOf(role, passwords[role] ?? '', cluster.port, DATABASE);
  return {
    urls: {
      owner: url(OWNER_ROLE),
      web: url(LOGIN_ROLES[0]),
      worker: url(LOGIN_ROLES[1]),
      paper: url(LOGIN_ROLES[2]),
    },
    isEmbedded: true,
    stop: async () => {
      stopping = true;
      await cluster.stop();
    },
  };
}

async function credentialsOf(home: string): Promise<Passwords> {
  const known = await readCredentials(home);
  if (known) return known;
  const made = newCredentials();
  await writeCredentials(home, made);
  return made;
}
