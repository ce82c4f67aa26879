/**
 * `npm run user:create -- <email> <role> [name]`: the first person of an installation without demo data.
 *
 * Asks the database of DATABASE_URL (its owner). Prints the generated password once; only its hash is stored.
 */
import { randomBytes } from 'node:crypto';
import { adminClient } from '#scripts/embedded-postgres.ts';
import { databaseTrouble, lineOf, Trouble } from '#scripts/trouble.ts';
import { hashPassword } from '#server/crypto.ts';
import { readEnv } from '#server/env.ts';

const ROLES = ['user', 'researcher', 'admin'];

async function main(): Promise<void> {
  const [email = '', role = '', name = email] = process.argv.slice(2);
  if (!/^\S+@\S+$/.test(email) || !ROLES.includes(role)) {
    throw new Trouble(`Say who: npm run user:create -- <email> <${ROLES.join('|')}> [name]`);
  }
  const url = readEnv().DATABASE_URL;
  if (!url) throw new Trouble('DATABASE_URL is not set: it takes the connection string of the owner.');
  const client = await adminClient(url).catch((error) => {
    throw databaseTrouble('DATABASE_URL', url, error);
  });
  const password = randomBytes(15).toString('base64url');
  try {
    const args = [email, name, role, await hashPassword(password)];
    await client.query(`select fn.user_create($1, $2, $3, 'UTC', $4)`, args).catch((error) => {
      if (error.constraint !== 'one_user_per_email') throw error;
      throw new Trouble(`There already is a user with the e-mail address ${email}.`);
    });
  } finally {
    await client.end();
  }
  process.stdout.write(`${email} (${role}) may log in with the password ${password}\n`);
}

await main().catch((error) => {
  process.stderr.write(`${lineOf(error, 'Creating the user')}\n`);
  process.exitCode = 1;
});
