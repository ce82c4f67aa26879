/**
 * `npm run mutate [-- --only TEXT]… [--list] [--minutes N]`: takes each key, guard, lock, gate and hygiene test out in turn
 * and runs the tests that name it. Prints which test fails; exits with 1 when a mutant survives.
 *
 * Invariants: every selection of tests passes on the untouched schema first; a lock has twenty runs to be missed; the
 * whole run is bounded in time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { apply } from '#prisma/apply.ts';
import { applyReference } from '#prisma/reference.ts';
import { TEMPLATE } from '#prisma/tests/server.ts';
import { createOwner, LOGIN_ROLES, OWNER_ROLE } from '#scripts/database-home.ts';
import { adminClient, type Cluster, startCluster, urlOf } from '#scripts/embedded-postgres.ts';
import { allMutants, type Mutant } from './mutants.ts';
import { runTests, type Verdict } from './run-tests.ts';

/** Runs after which a lock whose absence nobody noticed has survived. */
const LOCK_REPEATS = 20;
const MINUTES = '60';

interface Ground {
  dir: string;
  cluster: Cluster;
}

async function startGround(): Promise<Ground> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lockstep-mutate-'));
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };
  const cluster = await startCluster({ dir, superPassword: 'postgres', settings });
  const url = urlOf(OWNER_ROLE, OWNER_ROLE, cluster.port, TEMPLATE);
  const admin = await adminClient(cluster.superUrl('postgres'));
  await createOwner(admin, OWNER_ROLE, TEMPLATE);
  await admin.end();
  await apply(
    url,
    LOGIN_ROLES.map((role) => ({ role, url: urlOf(role, role, cluster.port, TEMPLATE) })),
  );
  await applyReference(url);
  return { dir, cluster };
}

async function statement(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

async function read(cluster: Cluster): Promise<Mutant[]> {
  const client = await adminClient(cluster.superUrl(TEMPLATE));
  try {
    return await allMutants(client);
  } finally {
    await client.end();
  }
}

/** Runs the mutant's tests on a clone that carries it. */
async function judge(ground: Ground, mutant: Mutant, n: number): Promise<Verdict> {
  const name = `mutant_${n}`;
  const maintenance = ground.cluster.superUrl('postgres');
  await statement(maintenance, `create database ${name} template ${TEMPLATE} owner ${OWNER_ROLE}`);
  try {
    // as superuser: a function keeps its owner and its grants when it is replaced
    if (mutant.sql !== undefined)
      await statement(ground.cluster.superUrl(name), `set check_function_bodies = off; ${mutant.sql}`);
    const repeats = mutant.kind === 'lock' ? LOCK_REPEATS : 1;
    for (let run = 1; run <= repeats; run += 1) {
      const verdict = await runTests(ground, name, mutant.tests, mutant.module);
      if (verdict.failed !== null || verdict.ran === 0) return verdict;
    }
    return { ran: 1, failed: null };
  } finally {
    await statement(maintenance, `drop database if exists ${name} with (force)`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      minutes: { type: 'string', default: MINUTES },
      list: { type: 'boolean', default: false },
    },
  });
  const only = values.only.flatMap((names) => names.split(','));
  const ground = await startGround();
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const until = performance.now() + Number(values.minutes) * 60_000;
  const known = new Map<string, Verdict>();
  const counts = { killed: 0, survived: 0, 'not judged': 0 };
  try {
    const all = await read(ground.cluster);
    const mutants = all.filter(({ name }) => only.length === 0 || only.some((text) => name.includes(text)));
    for (const [n, mutant] of mutants.entries()) {
      if (values.list) {
        say(mutant.name);
        continue;
      }
      const [outcome, told] = await outcomeOf(mutant, n);
      counts[outcome] += 1;
      say(`${outcome.padEnd(10)} ${mutant.name.padEnd(52)} ${told}`);
    }
  } finally {
    await ground.cluster.stop();
    await rm(ground.dir, { recursive: true, force: true });
  }
  if (!values.list)
    say(`\n${counts.killed} killed, ${counts.survived} survived, ${counts['not judged']} not judged`);
  if (counts.survived + counts['not judged'] > 0) process.exitCode = 1;

  async function outcomeOf(mutant: Mutant, n: number): Promise<[keyof typeof counts, string]> {
    if (performance.now() > until) return ['not judged', 'the time is up'];
    const key = JSON.stringify(mutant.tests);
    const before = known.get(key) ?? (await runTests(ground, TEMPLATE, mutant.tests));
    known.set(key, before);
    if (before.ran === 0) return ['survived', 'no test names it'];
    if (before.failed !== null) return ['not judged', `fails without it too: ${before.failed}`];
    const verdict = await judge(ground, mutant, n);
    return verdict.failed === null ? ['survived', ''] : ['killed', verdict.failed];
  }
}

await main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
