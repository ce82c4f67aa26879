/**
 * A PostgreSQL of a drill's own, as durable as the product's, that can be ended the hard way and started again.
 *
 * Entry point: startDrillServer. Invariants: it comes back on its port, so that every connection string stays true;
 * owner and log-ins are the real ones, the superuser is the drill's alone.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apply } from '#prisma/apply.ts';
import { applyReference } from '#prisma/reference.ts';
import { createOwner, LOGIN_ROLES, newCredentials, OWNER_ROLE } from '#scripts/database-home.ts';
import { adminClient, type Cluster, startCluster, urlOf } from '#scripts/embedded-postgres.ts';

export type Login = 'owner' | 'postgres' | (typeof LOGIN_ROLES)[number];

export interface DrillServer {
  /** Connection string of a role, to the drill's database. */
  url: (login: Login) => string;
  port: number;
  /** SIGQUIT: every backend ends at once, nothing is written any more; recovery at the next start. */
  stopImmediately: () => Promise<void>;
  start: () => Promise<void>;
  stop: () => Promise<void>;
}

const DATABASE = 'lockstep';
const PREFIX = 'lockstep-drill-';

export interface ServerOptions {
  /** Where the data lies; a directory of its own otherwise. */
  dir?: string;
  settings?: Record<string, string>;
}

/** Starts the server and applies the schema. Throws an Error of one line. */
export async function startDrillServer(options: ServerOptions = {}): Promise<DrillServer> {
  const dir = options.dir ?? (await mkdtemp(path.join(tmpdir(), PREFIX)));
  const passwords = newCredentials();
  const start = (port?: number): Promise<Cluster> =>
    startCluster({
      dir,
      superPassword: passwords.postgres ?? '',
      ...(port === undefined ? {} : { port }),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
    });
  let cluster = await start();
  const { port } = cluster;
  const url = (login: Login): string => {
    const role = login === 'owner' ? OWNER_ROLE : login;
    return urlOf(role, passwords[role] ?? '', port, DATABASE);
  };
  const stop = async (): Promise<void> => {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true }).catch(() => undefined);
  };
  try {
    const admin = await adminClient(cluster.superUrl('postgres'));
    await createOwner(admin, passwords[OWNER_ROLE] ?? '', DATABASE);
    await admin.end();
    await apply(
      url('owner'),
      LOGIN_ROLES.map((role) => ({ role, url: url(role) })),
    );
    await applyReference(url('owner'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    port,
    stopImmediately: async () => {
      const file = path.join(dir, 'pgdata', 'postmaster.pid');
      process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGQUIT');
      await cluster.ended;
    },
    start: async () => {
      cluster = await start(port);
      if (cluster.port !== port) throw new Error(`port ${port} was taken while PostgreSQL was down`);
    },
    stop,
  };
}
