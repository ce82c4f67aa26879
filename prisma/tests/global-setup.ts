/**
 * One PostgreSQL per test run: started in a directory of its own, with the schema applied once to a template
 * database by an owner without superuser rights, as on a managed server (a superuser hides every mistake of
 * roles and policies). Each test file clones the template (harness.ts).
 *
 * fsync is off here: these tests never cut the power, and a run is thrown away.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { apply } from '#prisma/apply.ts';
import { applyReference } from '#prisma/reference.ts';
import { KEEP_MARKER, TEMPLATE, type TestServer } from '#prisma/tests/server.ts';
import { createOwner, LOGIN_ROLES, OWNER_ROLE, writeCredentials } from '#scripts/database-home.ts';
import { adminClient, type Cluster, startCluster, urlOf } from '#scripts/embedded-postgres.ts';

const PREFIX = 'lockstep-test-';
/** A run that was killed left its directory behind; no run takes this long. */
const ABANDONED_AFTER_MS = 6 * 60 * 60 * 1000;
const KEPT_FOR_MS = 2 * 60 * 60 * 1000;

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeOldRuns();
  const dir = await mkdtemp(path.join(tmpdir(), PREFIX));
  // no security boundary: a server of one run, on this machine alone
  const passwords = Object.fromEntries(['postgres', OWNER_ROLE, ...LOGIN_ROLES].map((role) => [role, role]));
  await writeCredentials(dir, passwords);
  const cluster = await startCluster({
    dir,
    superPassword: passwords.postgres ?? '',
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' },
  });
  try {
    const broken = await makeTemplate(cluster);
    project.provide('testServer', { dir, port: cluster.port, broken });
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return async () => {
    await cluster.stop();
    if (!existsSync(path.join(dir, KEEP_MARKER))) await rm(dir, { recursive: true, force: true });
  };
}

/** The schema in a database that each file clones; returns the SQL files that could not be applied. */
async function makeTemplate(cluster: Cluster): Promise<string[]> {
  const ownerUrl = urlOf(OWNER_ROLE, OWNER_ROLE, cluster.port, TEMPLATE);
  const logins = LOGIN_ROLES.map((role) => ({ role, url: urlOf(role, role, cluster.port, TEMPLATE) }));
  const broken: string[] = [];
  const admin = await adminClient(cluster.superUrl('postgres'));
  await createOwner(admin, OWNER_ROLE, TEMPLATE);
  await admin.end();
  // a broken file fails its own tests and the catalog test, not the whole run
  await apply(ownerUrl, logins, (error) => {
    broken.push(error.message);
    process.stderr.write(`${error.message}\n`);
  });
  await applyReference(ownerUrl);
  return broken;
}

async function removeOldRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dir = path.join(tmpdir(), name);
    const kept = await stat(path.join(dir, KEEP_MARKER)).catch(() => null);
    const age = Date.now() - (kept ?? (await stat(dir))).mtimeMs;
    if (age > (kept ? KEPT_FOR_MS : ABANDONED_AFTER_MS)) await rm(dir, { recursive: true, force: true });
  }
}
