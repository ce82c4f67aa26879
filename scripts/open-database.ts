/** Starts the kept server of a failed test run and prints its connection strings: `npm run test:open -- <dir> <name>`. */
import path from 'node:path';
import { OWNER_ROLE, readCredentials } from '#scripts/database-home.ts';
import { startCluster, urlOf } from '#scripts/embedded-postgres.ts';

const [dir, name = 'postgres'] = process.argv.slice(2);
if (!dir) {
  process.stderr.write('Say which directory: npm run test:open -- <dir> <name>\n');
  process.exit(1);
}
const passwords = await readCredentials(path.resolve(dir));
if (!passwords) {
  process.stderr.write(`There is no kept database in ${dir}.\n`);
  process.exit(1);
}
const cluster = await startCluster({ dir, superPassword: passwords.postgres ?? '' });
process.stdout.write(`owner      ${urlOf(OWNER_ROLE, passwords[OWNER_ROLE] ?? '', cluster.port, name)}\n`);
process.stdout.write(`superuser  ${cluster.superUrl(name)}\nCtrl-C stops it.\n`);
process.once('SIGINT', () => void cluster.stop());
await cluster.ended;
