import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { WORKER_FLAGS } from './worker-flags.ts';

it.each([
  ['a worker started by hand', 'worker', 'jobs/worker.ts'],
  ['the bench, which has a worker’s handlers in its own process,', 'bench', 'bench/run.ts'],
])('%s runs as a worker of the supervisor does', (_, name, file) => {
  const text = readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8');
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
  expect(scripts[name]).toBe(['node', ...WORKER_FLAGS, file].join(' '));
});
