// One run of the tests that name a mutant: against the database that the mutation run prepared, with one module changed.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const ROOT = path.resolve(import.meta.dirname, '../..');
const change = process.env.LOCKSTEP_MUTANT_MODULE
  ? (JSON.parse(process.env.LOCKSTEP_MUTANT_MODULE) as { file: string; find: string; put: string })
  : null;

export default defineConfig({
  root: ROOT,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform(code, id) {
        if (change === null || id.split('?')[0] !== path.join(ROOT, change.file)) return null;
        if (!code.includes(change.find)) throw new Error(`${change.file} does not contain: ${change.find}`);
        return { code: code.replace(change.find, change.put), map: null };
      },
    },
  ],
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 1,
    include: ['server/**/*.test.ts', 'prisma/tests/**/*.test.ts'],
    globalSetup: ['drills/mutate/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
