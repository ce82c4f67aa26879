/** Runs a selection of tests in a vitest of its own. Entry point: runTests. */
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Cluster } from '#scripts/embedded-postgres.ts';
import type { Mutant, Selection } from './mutants.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WITHIN_MS = 120_000;

export interface Verdict {
  /** Tests that were run. */
  ran: number;
  /** Name of the first test that failed, or of what broke; null when all passed. */
  failed: string | null;
}

interface Report {
  testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** Runs the tests on clones of a template database. A run that takes too long counts as failed: somebody waits for ever. */
export async function runTests(
  ground: { dir: string; cluster: Cluster },
  template: string,
  tests: Selection,
  module?: Mutant['module'],
): Promise<Verdict> {
  const output = path.join(ground.dir, `report-${template}.json`);
  const args = [
    'run',
    '--config',
    'drills/mutate/vitest.config.ts',
    '--reporter=json',
    `--outputFile=${output}`,
    '--bail=1',
  ];
  const child = spawn(
    path.join(ROOT, 'node_modules/.bin/vitest'),
    [...args, ...(tests.name === undefined ? [] : ['-t', tests.name]), ...tests.files],
    {
      cwd: ROOT,
      stdio: 'ignore',
      env: {
        ...process.env,
        LOCKSTEP_TEST_TEMPLATE: template,
        LOCKSTEP_MUTANT_SERVER: JSON.stringify({ dir: ground.dir, port: ground.cluster.port, broken: [] }),
        LOCKSTEP_MUTANT_MODULE: module === undefined ? '' : JSON.stringify(module),
      },
    },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), WITHIN_MS);
  const signal = await new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_, by) => resolve(by)),
  );
  clearTimeout(timer);
  if (signal !== null) return { ran: 1, failed: `no end after ${WITHIN_MS / 1000} s` };
  const report = JSON.parse(await readFile(output, 'utf8')) as Report;
  await rm(output, { force: true });
  const results = report.testResults.flatMap((file) => file.assertionResults);
  const ran = results.filter(({ status }) => status === 'passed' || status === 'failed').length;
  const broken = report.testResults.find(({ message }) => message !== '')?.message.split('\n')[0];
  const failed = results.find(({ status }) => status === 'failed')?.fullName ?? broken ?? null;
  return { ran: failed === null ? ran : Math.max(ran, 1), failed };
}
