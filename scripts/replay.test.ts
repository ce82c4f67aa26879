import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-replay-test-'));
afterAll(() => rmSync(dir, { recursive: true }));

const put = (name: string, text: string): string => {
  const file = path.join(dir, name);
  writeFileSync(file, text);
  return file;
};
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/replay.ts', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};
const BARS = 'ts,open,high,low,close,volume\n2026-11-21T12:00:00Z,1,2,1,2,5\n';
const WHERE = ['--symbol', 'TESTUSD', '--market', 'CRYPTO'];

describe('npm run replay', { timeout: 30_000 }, () => {
  test('stops at a malformed line of bars with its number and what is wrong, before it makes a database', () => {
    const file = put('bars.csv', `${BARS}2026-11-21T12:01:00Z,1,0.5,1,2,5\n`);
    expect(run('--file', file, ...WHERE)).toEqual({
      status: 2,
      stdout: '',
      stderr: `${file}, line 3: high 0.5 is below open or close\n`,
    });
  });
  test('stops at a malformed line of signals', () => {
    const signals = put('signals.csv', 'ts,symbol,action,direction\n2026-11-21T12:00:00Z,TESTUSD,entry,\n');
    const { status, stderr } = run('--file', put('good.csv', BARS), ...WHERE, '--signals', signals);
    expect(status).toBe(2);
    expect(stderr).toBe(`${signals}, line 2: an entry needs a direction, long or short\n`);
  });
  test('names a file that is not there, and a wrong option', () => {
    expect(run('--file', path.join(dir, 'none.csv'), ...WHERE).stderr).toContain(
      'none.csv cannot be read: ENOENT',
    );
    const { status, stderr } = run('--file', 'x', '--symbol', 'X', '--market', 'NASDAQ');
    expect(status).toBe(2);
    expect(stderr).toContain('--market takes one of XNYS, XNSE, XBOM, CRYPTO');
  });
});
