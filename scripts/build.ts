/**
 * The production build of the pages, made when a source has changed since the last one.
 *
 * Entry points: buildWhenNeeded, `npm run build`. Invariant: one build at a time in a checkout; the mark is written
 * after the build alone, so a killed build is made again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { takeLock } from '#scripts/lock.ts';
import { Trouble } from '#scripts/trouble.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const SOURCES = [
  'app',
  'components',
  'server',
  'public',
  'package-lock.json',
  'proxy.ts',
  'next.config.mjs',
  'postcss.config.mjs',
];
const MARK = path.join(ROOT, '.next', 'lockstep-sources');
const BUILD_WITHIN_MS = 10 * 60_000;

/** Builds unless the last build was made of exactly these sources; returns whether it built. */
export async function buildWhenNeeded(say: (line: string) => void): Promise<boolean> {
  const wanted = await hashOfSources();
  if ((await markOf()) === wanted) return false;
  const lock = await takeLock(path.join(ROOT, '.next.lock'), BUILD_WITHIN_MS);
  if (!lock)
    throw new Trouble('Another process has been building the pages for ten minutes: end it and start again.');
  try {
    if ((await markOf()) === wanted) return false;
    say('Building the pages (the first time, or because a source changed) …');
    await rm(MARK, { force: true });
    await nextBuild();
    await writeFile(MARK, wanted);
    return true;
  } finally {
    lock.release();
  }
}

/** SHA-256 over the paths and contents of everything that goes into the pages. */
async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesOf(path.join(ROOT, source))) {
      if (/\.test\.tsx?$/.test(file)) continue;
      hash
        .update(`${path.relative(ROOT, file)}\0`)
        .update(await readFile(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

async function filesOf(place: string): Promise<string[]> {
  if (!existsSync(place)) return [];
  if (path.extname(place) !== '' && !place.endsWith('.d')) return [place];
  const entries = await readdir(place, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

async function markOf(): Promise<string> {
  return readFile(MARK, 'utf8').catch(() => '');
}

async function nextBuild(): Promise<void> {
  const next = path.join(ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // whoever stops the start in the middle of a build stops the build
  const abandon = (): boolean => child.kill();
  process.once('exit', abandon);
  let said = '';
  const keep = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  process.off('exit', abandon);
  if (code === 0) return;
  process.stderr.write(said);
  if (/ENOSPC|no space left/i.test(said))
    throw new Trouble('The disk is full: the pages could not be built.');
  throw new Trouble('The pages could not be built; the reason is above.');
}

if (import.meta.main) {
  const built = await buildWhenNeeded((line) => process.stdout.write(`${line}\n`)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  process.stdout.write(built ? 'Built.\n' : 'The last build is still good.\n');
}
