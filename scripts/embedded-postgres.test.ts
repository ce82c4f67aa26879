import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminClient, type Cluster, startCluster } from '#scripts/embedded-postgres.ts';
import { isAlive, waitUntil } from '#scripts/processes.ts';

let dir: string;
const running: Cluster[] = [];

const start = async (): Promise<Cluster> => {
  const cluster = await startCluster({ dir, superPassword: 'test', settings: { fsync: 'off' } });
  running.push(cluster);
  return cluster;
};
const serverPid = (): number =>
  Number(readFileSync(path.join(dir, 'pgdata/postmaster.pid'), 'utf8').split('\n')[0]);
const ask = async (cluster: Cluster, text: string) => {
  const client = await adminClient(cluster.superUrl('postgres'));
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'lockstep-unit-'));
});
afterEach(async () => {
  for (const cluster of running.splice(0)) await cluster.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', { timeout: 60_000 }, () => {
  it('is version 18, keeps its rows over a restart, and fsyncs unless told otherwise', async () => {
    const first = await startCluster({ dir, superPassword: 'test' });
    running.push(first);
    expect(await ask(first, 'show fsync')).toEqual([{ fsync: 'on' }]);
    await ask(first, 'create table kept as select 1 as one');
    await first.stop();
    const second = await start();
    expect(await ask(second, "select one, current_setting('server_version') as v from kept")).toEqual([
      { one: 1, v: expect.stringMatching(/^18\./) },
    ]);
  });

  it('ends with the process that started it, even when that one is killed', async () => {
    const script = `
      import { startCluster } from '#scripts/embedded-postgres.ts';
      await startCluster({ dir: ${JSON.stringify(dir)}, superPassword: 'test', settings: { fsync: 'off' } });
      process.stdout.write('up');
      setInterval(() => undefined, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    const pid = serverPid();
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    expect(await waitUntil(() => !isAlive(pid), 10_000)).toBe(true);
    await start();
  });

  it('starts over a pid file that lies and a directory that was never finished', async () => {
    await mkdir(path.join(dir, 'pgdata.making', 'base'), { recursive: true });
    const first = await start();
    await first.stop();
    // the id of a process that is alive and is no server
    await writeFile(path.join(dir, 'pgdata/postmaster.pid'), `${process.pid}\n${dir}/pgdata\n`);
    await start();
    expect(serverPid()).not.toBe(process.pid);
    expect(existsSync(path.join(dir, 'pgdata.making'))).toBe(false);
  });

  it('reports an end that nobody asked for, and none that somebody did', async () => {
    const first = await start();
    process.kill(serverPid(), 'SIGKILL');
    expect(await first.ended).toBe(true);
    const second = await start();
    await second.stop();
    expect(await second.ended).toBe(false);
  });

  it('says in one line why it cannot start', async () => {
    const first = await start();
    await first.stop();
    await writeFile(path.join(dir, 'pgdata/postgresql.conf'), 'no_such_setting = on\n');
    await expect(start()).rejects.toThrow(/^PostgreSQL did not start: .*configuration file/);
  });
});
