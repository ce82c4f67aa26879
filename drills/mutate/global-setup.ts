/** The server that the mutation run keeps up for all its test runs; nothing is started or stopped here. */
import type { TestProject } from 'vitest/node';
import type { TestServer } from '#prisma/tests/server.ts';

export default function setup(project: TestProject): void {
  project.provide('testServer', JSON.parse(process.env.LOCKSTEP_MUTANT_SERVER ?? '{}') as TestServer);
}
