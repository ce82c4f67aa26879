import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { derived } from '#scripts/home.ts';
import { holderOf, takeLock } from '#scripts/lock.ts';
import { freePort } from '#scripts/processes.ts';
import { readyText } from '#scripts/ready.ts';
import { lineOf } from '#scripts/trouble.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'lockstep-unit-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Runs a start that must fail; what it said on standard error, and its exit code. */
async function failedStart(env: Record<string, string>): Promise<{ code: number | null; said: string[] }> {
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    env: { NODE_ENV: 'test', PATH: process.env.PATH, LOCKSTEP_HOME: home, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: said.trim().split('\n') };
}

describe('a start that cannot succeed says why in one line', { timeout: 30_000 }, () => {
  const nowhere = (user: string): string => `postgresql://${user}:hidden@127.0.0.1:1/none`;

  it.each([
    ['a wrong variable', { PORT: 'web' }, 'PORT takes a port number from 1 to 65535; it is "web".'],
    [
      'a log-in under another name',
      {
        DATABASE_URL: nowhere('owner'),
        DATABASE_URL_WEB: nowhere('app'),
        DATABASE_URL_WORKER: nowhere('lockstep_worker'),
      },
      'DATABASE_URL_WEB takes a connection string that logs in as lockstep_web; it logs in as "app".',
    ],
    [
      'a database that cannot be reached',
      {
        DATABASE_URL: nowhere('owner'),
        DATABASE_URL_WEB: nowhere('lockstep_web'),
        DATABASE_URL_WORKER: nowhere('lockstep_worker'),
      },
      'DATABASE_URL: the database at 127.0.0.1:1/none cannot be used: connect ECONNREFUSED 127.0.0.1:1',
    ],
    [
      'half a configuration',
      { DATABASE_URL_WORKER: nowhere('lockstep_worker') },
      "DATABASE_URL_WORKER is set without DATABASE_URL: set DATABASE_URL to the owner's, or neither.",
    ],
  ])('for %s', async (_, env, line) => {
    const { code, said } = await failedStart({ PORT: String(await freePort()), ...env });
    expect({ code, said }).toEqual({ code: 1, said: [line] });
    expect(await readdir(home)).not.toContain('supervisor.pid');
  });

  it('for a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { code, said } = await failedStart({ PORT: String(port) });
    taken.close();
    expect({ code, said }).toEqual({
      code: 1,
      said: [`Port ${port} is in use: stop what listens there, or set PORT to another one.`],
    });
  });
});

describe('trouble', () => {
  it('has words for a full disk, whoever reports it', () => {
    const expected = /^The disk is full: /;
    expect(
      lineOf(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })),
    ).toMatch(expected);
    expect(lineOf(Object.assign(new Error('could not extend file'), { code: '53100' }))).toMatch(expected);
    expect(lineOf(new Error('initdb: No space left on device\nmore'))).toMatch(expected);
  });
});

describe('a lock', () => {
  it("is one process's, and free again when it is released", async () => {
    const file = path.join(home, 'lock');
    const first = await takeLock(file, 0);
    expect(first).not.toBeNull();
    expect(await readdir(home)).toEqual(['lock']);
    first?.release();
    expect(await readdir(home)).toEqual([]);
  });

  it('of a living process stands, of a dead or another one it does not', async () => {
    const file = path.join(home, 'lock');
    await writeFile(file, `${process.ppid}\n\n`);
    expect(holderOf(file)).toBe(process.ppid);
    expect(await takeLock(file, 0)).toBeNull();
    await writeFile(file, `${process.ppid}\nsome/other-script.ts\n`);
    expect(holderOf(file)).toBeNull();
    expect(await takeLock(file, 0)).not.toBeNull();
  });
});

describe('ready.json', () => {
  it('has the shape that tools rely on', () => {
    const demo = {
      users: [{ email: 'a@b', password: 'p', role: 'admin' }],
      webhooks: [{ strategy: 'S', token: 'T' }],
    };
    expect(JSON.parse(readyText('http://localhost:3000', 'postgresql://o', demo))).toEqual({
      url: 'http://localhost:3000',
      databaseUrl: 'postgresql://o',
      webhooks: [{ strategy: 'S', url: 'http://localhost:3000/api/webhook/T' }],
      users: [{ email: 'a@b', password: 'p', role: 'admin' }],
    });
  });

  it('names secrets that are the same at every start and differ by purpose and home', () => {
    expect(derived('home', 'one')).toBe(derived('home', 'one'));
    expect(new Set([derived('home', 'one'), derived('home', 'two'), derived('other', 'one')]).size).toBe(3);
  });
});
