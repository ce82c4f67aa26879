/**
 * Every setting of every process, read from the environment once and checked.
 *
 * Entry points: readEnv (throws), envOrExit (for the first line of a process: one clear line, exit code 1),
 * assertLogin. `.env.example` documents the same list; a test compares the two.
 */
import { z } from 'zod';
import { hmacSha256 } from '#server/crypto.ts';
import { AppError } from '#server/errors.ts';

/** Parts of the work that a worker can take; without the variable it takes them all. */
export const WORKER_ROLES = ['feed', 'strategy', 'pipeline', 'execution', 'operations'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const SECRET_CHARACTERS = 32;

const integer = (low: number, high: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine((value) => value >= low && value <= high)
    .default(otherwise);

const number = (low: number, high: number, otherwise: number) =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/)
    .transform(Number)
    .refine((value) => value >= low && value <= high)
    .default(otherwise);

const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((value) => value === '1');

const connection = z
  .string()
  .refine((value) => /^postgres(ql)?:$/.test(protocolOf(value)))
  .optional();

const list = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** One variable: how it is read, and what it takes in words. */
const VARIABLES = {
  PORT: { takes: 'a port number from 1 to 65535', schema: integer(1, 65_535, 3000) },
  HOST: {
    takes: 'an address to listen on, e.g. 127.0.0.1 or 0.0.0.0',
    schema: z
      .string()
      .regex(/^[\w.:-]+$/)
      .default('127.0.0.1'),
  },
  LOCKSTEP_HOME: { takes: 'a directory', schema: z.string().min(1).default('.lockstep') },
  LOCKSTEP_PUBLIC_URL: {
    takes: 'the address under which others reach the web process, e.g. https://lockstep.example.com',
    schema: z
      .string()
      .refine((value) => /^https?:$/.test(protocolOf(value)) && new URL(value).pathname === '/')
      .transform((value) => value.replace(/\/$/, ''))
      .optional(),
  },
  LOCKSTEP_DEMO: { takes: '1 (create demo data) or 0', schema: z.enum(['0', '1']).optional() },
  LOCKSTEP_SEED: {
    takes: 'the seed of the simulated market, up to 64 characters',
    schema: z.string().min(1).max(64).default('1'),
  },
  SIM_SPEED: {
    takes: 'how many times faster than real time the simulated market runs, 0.1 to 1000',
    schema: number(0.1, 1000, 1),
  },
  APP_MODE: { takes: 'PAPER or LIVE', schema: z.enum(['PAPER', 'LIVE']).default('PAPER') },
  DATABASE_URL: {
    takes: 'a connection string of the owner, postgresql://owner:password@host/database',
    schema: connection,
  },
  DATABASE_URL_WEB: { takes: 'a connection string that logs in as lockstep_web', schema: connection },
  DATABASE_URL_WORKER: { takes: 'a connection string that logs in as lockstep_worker', schema: connection },
  DATABASE_URL_PAPER: { takes: 'a connection string that logs in as lockstep_paper', schema: connection },
  NEXTAUTH_SECRET: {
    takes: `a secret of at least ${SECRET_CHARACTERS} characters`,
    schema: z.string().min(SECRET_CHARACTERS).optional(),
  },
  NEXTAUTH_URL: {
    takes: 'the address of the pages, http:// or https://',
    schema: z
      .string()
      .refine((value) => /^https?:$/.test(protocolOf(value)))
      .optional(),
  },
  LOG_LEVEL: { takes: `one of ${LOG_LEVELS.join(', ')}`, schema: z.enum(LOG_LEVELS).default('info') },
  WORKER_ROLES: {
    takes: `a list out of ${WORKER_ROLES.join(',')}`,
    schema: z
      .string()
      .transform(list)
      .pipe(z.array(z.enum(WORKER_ROLES)).min(1))
      .default([...WORKER_ROLES]),
  },
  TRUSTED_PROXY: {
    takes: 'addresses or networks of reverse proxies, e.g. 10.0.0.0/8,192.168.1.5',
    schema: z
      .string()
      .transform(list)
      .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])))
      .default([]),
  },
  LOCKSTEP_FLAGS: {
    takes: 'feature flags that nobody may change, e.g. entries_disabled=1',
    schema: z
      .string()
      .transform(list)
      .pipe(z.array(z.string().regex(/^[a-z_]{1,60}=[01]$/)))
      .transform((pairs) => Object.fromEntries(pairs.map((pair) => [pair.slice(0, -2), pair.endsWith('1')])))
      .default({}),
  },
  LOCKSTEP_EMBEDDED: { takes: '1 (set by npm start for its own processes) or 0', schema: flag },
} as const;

type Name = keyof typeof VARIABLES;
export type Env = { [N in Name]: z.output<(typeof VARIABLES)[N]['schema']> };

export const VARIABLE_NAMES = Object.keys(VARIABLES) as Name[];

/** All settings. Throws BAD_ENVIRONMENT naming the first wrong variable and what it takes; '' counts as not set. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const entries = VARIABLE_NAMES.map((name) => {
    const given = source[name] === '' ? undefined : source[name];
    const result = VARIABLES[name].schema.safeParse(given);
    if (!result.success) {
      throw new AppError(
        'BAD_ENVIRONMENT',
        `${name} takes ${VARIABLES[name].takes}; it is ${shown(name, given)}.`,
      );
    }
    return [name, result.data];
  });
  return Object.fromEntries(entries) as Env;
}

/** The settings, or one line on standard error and exit code 1. */
export function envOrExit(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  try {
    return readEnv(source);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

/** The connection string of a log-in role. Throws BAD_ENVIRONMENT when it is missing or names another role. */
export function assertLogin(
  env: Env,
  name: 'DATABASE_URL_WEB' | 'DATABASE_URL_WORKER' | 'DATABASE_URL_PAPER',
): string {
  const role = `lockstep_${name.slice('DATABASE_URL_'.length).toLowerCase()}`;
  const url = env[name];
  if (!url) throw new AppError('BAD_ENVIRONMENT', `${name} takes ${VARIABLES[name].takes}; it is not set.`);
  const user = decodeURIComponent(new URL(url).username);
  if (user !== role) {
    throw new AppError('BAD_ENVIRONMENT', `${name} takes ${VARIABLES[name].takes}; it logs in as "${user}".`);
  }
  return url;
}

/**
 * The connection string of the paper broker's log-in. When it is not set it is the worker's, as lockstep_paper and
 * with a password derived from the worker's: the same on every machine, and known to nobody who lacks that one.
 */
export function paperUrl(env: Env): string {
  if (env.DATABASE_URL_PAPER) return assertLogin(env, 'DATABASE_URL_PAPER');
  const url = new URL(assertLogin(env, 'DATABASE_URL_WORKER'));
  const password = hmacSha256(decodeURIComponent(url.password), 'lockstep_paper').toString('base64url');
  url.username = 'lockstep_paper';
  url.password = password;
  return url.href;
}

function protocolOf(value: string): string {
  return URL.canParse(value) ? new URL(value).protocol : '';
}

/** Secrets are never repeated, not even wrong ones. */
function shown(name: Name, given: string | undefined): string {
  if (given === undefined) return 'not set';
  return /SECRET|DATABASE_URL/.test(name) ? 'something else' : `"${given.slice(0, 80)}"`;
}
