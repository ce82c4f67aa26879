/*
 * Installs the dependencies when they are missing, so that one command is enough on a fresh clone. Runs on the machine's own
 * Node, before the project's is there. `npm install` and not `npm ci`: not every registry carries the packages of all other
 * platforms, and a lock file written against one of those is refused by `npm ci`; versions come from the lock file either way.
 */
const { existsSync } = require('node:fs');
const { spawnSync } = require('node:child_process');

if (!existsSync('node_modules/.package-lock.json')) {
  const { status } = spawnSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  process.exit(status ?? 1);
}
