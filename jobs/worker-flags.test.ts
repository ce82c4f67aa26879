import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { WORKER_FLAGS } from './worker-flags.ts';

it('a worker started by hand runs as one of the supervisor does', () => {
  const file = readFileSync(path.join(import.meta.dirname, '../package.json'), 'utf8');
  const { scripts } = JSON.parse(file) as { scripts: Record<string, string> };
  expect(scripts.worker).toBe(['node', ...WORKER_FLAGS, 'jobs/worker.ts'].join(' '));
});
