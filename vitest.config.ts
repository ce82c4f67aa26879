// Two projects: `unit` touches no database; `db` shares one embedded PostgreSQL per run, and each of its
// files works on its own clone of the template database (prisma/tests/harness.ts).
import { defineConfig } from 'vitest/config';

const SHARED = { environment: 'node' as const, pool: 'forks' as const, maxWorkers: 2, passWithNoTests: true };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...SHARED,
          name: 'unit',
          testTimeout: 30_000,
          include: [
            'server/**/*.test.ts',
            'jobs/**/*.test.ts',
            'components/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...SHARED,
          name: 'db',
          include: ['prisma/tests/**/*.test.ts'],
          globalSetup: ['prisma/tests/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
