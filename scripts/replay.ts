/**
 * `npm run replay`: bars and signals from files through the real pipeline, on a database of its own.
 *
 * Exit codes: 0 done, 1 an invariant was violated or the replay failed, 2 a wrong option or a malformed file.
 */
import { readFile } from 'node:fs/promises';
import { JOBS } from '#jobs/jobs.ts';
import { openReplayDatabase } from '#scripts/replay-database.ts';
import { lineOf, Trouble } from '#scripts/trouble.ts';
import { readEnv } from '#server/env.ts';
import { createLogger } from '#server/log.ts';
import { FileProblem, parseBars } from '#server/market/feeds/bars-file.ts';
import { parseOptions, type ReplayOptions, USAGE, UsageProblem } from '#server/replay/options.ts';
import { reportText } from '#server/replay/report.ts';
import { parseRules, type ReplayRules } from '#server/replay/rules-file.ts';
import { type ReplayResult, runReplay } from '#server/replay/run-replay.ts';
import { parseSignals } from '#server/replay/signals-file.ts';

const FAILED = 1;
const WRONG_INPUT = 2;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    const { report, details } = await replay(options);
    process.stdout.write(`${options.json ? JSON.stringify(report) : reportText(report, details)}\n`);
    return report.invariantViolations === 0 ? 0 : FAILED;
  } catch (error) {
    const isInput = error instanceof UsageProblem || error instanceof Trouble;
    process.stderr.write(
      `${lineOf(error instanceof UsageProblem ? new Trouble(error.message) : error, 'The replay')}\n`,
    );
    if (error instanceof UsageProblem) process.stderr.write(`${USAGE}\n`);
    return isInput ? WRONG_INPUT : FAILED;
  }
}

async function replay(options: ReplayOptions): Promise<ReplayResult> {
  const bars = await fromFile(options.file, parseBars);
  const signals = options.signals === null ? [] : await fromFile(options.signals, parseSignals);
  const rules: ReplayRules = options.rules === null ? {} : await fromFile(options.rules, parseRules);
  const database = await openReplayDatabase(readEnv());
  const stop = (): void => {
    void database.close().finally(() => process.exit(FAILED));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const log = createLogger('replay', 'warn', process.stderr);
    return await runReplay({ urls: database.urls, options, bars, signals, rules, jobs: JOBS, log });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await database.close();
  }
}

/** Reads and parses a file; trouble names the file, and the line where there is one. */
async function fromFile<T>(file: string, parse: (text: string) => T): Promise<T> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Trouble(
      `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
    );
  }
  try {
    return parse(text);
  } catch (error) {
    const what =
      error instanceof FileProblem ? `${file}, ${error.message}` : `${file}: ${(error as Error).message}`;
    throw new Trouble(what);
  }
}
