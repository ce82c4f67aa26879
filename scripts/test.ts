/**
 * `npm test`: every check in order, stopping at the first that fails, with the time that each took.
 *
 * Types and lint side by side, then unit tests, tests on PostgreSQL, the production build, and the browser.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const bin = (name: string): string => path.join(ROOT, 'node_modules', '.bin', name);

interface Step {
  name: string;
  command: string;
  args: string[];
}

const STEPS: readonly Step[][] = [
  [
    { name: 'types', command: bin('tsc'), args: ['--noEmit', '-p', 'tsconfig.json'] },
    { name: 'lint', command: bin('biome'), args: ['check', '--error-on-warnings', '.'] },
  ],
  [{ name: 'unit', command: bin('vitest'), args: ['run', '--project', 'unit'] }],
  [{ name: 'database', command: bin('vitest'), args: ['run', '--project', 'db'] }],
  [{ name: 'build', command: process.execPath, args: ['scripts/build.ts'] }],
  ...(existsSync(path.join(ROOT, 'playwright.config.ts'))
    ? [[{ name: 'browser', command: bin('playwright'), args: ['test'] }]]
    : []),
];

async function run(step: Step): Promise<{ step: Step; code: number; seconds: number }> {
  const began = performance.now();
  const child = spawn(step.command, step.args, { cwd: ROOT, stdio: 'inherit' });
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${step.name}: ${error.message}\n`);
      resolve(1);
    });
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  return { step, code, seconds: (performance.now() - began) / 1000 };
}

const report: string[] = [];
for (const together of STEPS) {
  const results = await Promise.all(together.map(run));
  for (const { step, code, seconds } of results) {
    report.push(`${code === 0 ? 'passed' : 'FAILED'}  ${step.name.padEnd(10)} ${seconds.toFixed(1)} s`);
  }
  if (results.some((result) => result.code !== 0)) {
    process.exitCode = 1;
    break;
  }
}
process.stdout.write(`\n${report.join('\n')}\n`);
