import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assertLogin, paperUrl, readEnv, VARIABLE_NAMES } from '#server/env.ts';

describe('the environment', () => {
  it('has a default for everything that a laptop needs', () => {
    expect(readEnv({})).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      LOCKSTEP_HOME: '.lockstep',
      APP_MODE: 'PAPER',
      LOG_LEVEL: 'info',
      SIM_SPEED: 1,
      TRUSTED_PROXY: [],
      WORKER_ROLES: ['feed', 'strategy', 'pipeline', 'execution', 'operations'],
    });
  });

  it.each([
    ['PORT', '99999', 'PORT takes a port number from 1 to 65535; it is "99999".'],
    ['PORT', 'eighty', 'PORT takes a port number from 1 to 65535; it is "eighty".'],
    ['APP_MODE', 'paper', 'APP_MODE takes PAPER or LIVE; it is "paper".'],
    [
      'LOG_LEVEL',
      'loud',
      'LOG_LEVEL takes one of fatal, error, warn, info, debug, trace, silent; it is "loud".',
    ],
    [
      'DATABASE_URL',
      'mysql://u:hidden@h/d',
      /^DATABASE_URL takes a connection string of the owner.*; it is something else\.$/,
    ],
    [
      'NEXTAUTH_SECRET',
      'short',
      'NEXTAUTH_SECRET takes a secret of at least 32 characters; it is something else.',
    ],
    ['WORKER_ROLES', 'feed,cook', /^WORKER_ROLES takes a list out of feed,strategy/],
    ['TRUSTED_PROXY', '10.0.0.0/99', /^TRUSTED_PROXY takes addresses or networks/],
    ['LOCKSTEP_PUBLIC_URL', 'example.com', /^LOCKSTEP_PUBLIC_URL takes the address/],
    ['SIM_SPEED', '-1', /^SIM_SPEED takes how many times faster/],
  ])('says in one line what %s takes when it is %s', (name, value, line) => {
    expect(() => readEnv({ [name]: value })).toThrow(line);
  });

  it('reads lists and counts an empty variable as not set', () => {
    expect(
      readEnv({ PORT: '', WORKER_ROLES: 'feed, execution', TRUSTED_PROXY: '10.0.0.0/8,::1' }),
    ).toMatchObject({
      PORT: 3000,
      WORKER_ROLES: ['feed', 'execution'],
      TRUSTED_PROXY: ['10.0.0.0/8', '::1'],
    });
  });

  it('reads the flags that nobody may change', () => {
    expect(readEnv({}).LOCKSTEP_FLAGS).toEqual({});
    expect(readEnv({ LOCKSTEP_FLAGS: 'entries_disabled=1, other_one=0' }).LOCKSTEP_FLAGS).toEqual({
      entries_disabled: true,
      other_one: false,
    });
    expect(() => readEnv({ LOCKSTEP_FLAGS: 'entries_disabled' })).toThrow(
      /^LOCKSTEP_FLAGS takes feature flags/,
    );
  });

  it('refuses a log-in under another name', () => {
    const env = readEnv({ DATABASE_URL_WEB: 'postgres://app:hidden@db/lockstep' });
    expect(() => assertLogin(env, 'DATABASE_URL_WEB')).toThrow(
      'DATABASE_URL_WEB takes a connection string that logs in as lockstep_web; it logs in as "app".',
    );
    expect(() => assertLogin(env, 'DATABASE_URL_WORKER')).toThrow(/it is not set/);
  });

  it("derives the paper broker's log-in from the worker's when it is not given", () => {
    const worker = 'postgres://lockstep_worker:hidden@db:5432/lockstep';
    const url = new URL(paperUrl(readEnv({ DATABASE_URL_WORKER: worker })));
    expect(url).toMatchObject({ username: 'lockstep_paper', host: 'db:5432', pathname: '/lockstep' });
    expect(url.password).toMatch(/^[\w-]{43}$/);
    const given = 'postgres://lockstep_paper:own@db/lockstep';
    expect(paperUrl(readEnv({ DATABASE_URL_WORKER: worker, DATABASE_URL_PAPER: given }))).toBe(given);
  });

  it('is documented in .env.example, each variable once', () => {
    const documented = [...readFileSync('.env.example', 'utf8').matchAll(/^#?\s?([A-Z][A-Z_]+)=/gm)].map(
      (m) => m[1],
    );
    expect(documented.toSorted()).toEqual([...VARIABLE_NAMES].toSorted());
  });
});
