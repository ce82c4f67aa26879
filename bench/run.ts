/**
 * `npm run bench [-- --only NAME]… [--json]`: measures every row against its reference and prints a table, or one JSON
 * object a line. Exits with 1 when a row fails or a goal is missed.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ROWS } from './registry.ts';
import { table } from './report.ts';
import type { Figure, Row } from './row.ts';
import { startBenchServer } from './server.ts';

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const only = values.only.flatMap((names) => names.split(','));
  const unknown = only.find((name) => !ROWS.some((row) => row.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no row "${unknown}". Rows: ${ROWS.map((row) => row.name).join(', ')}.`);
  return { rows: ROWS.filter((row) => only.length === 0 || only.includes(row.name)), json: values.json };
}

async function main(): Promise<void> {
  const { rows, json } = options();
  const say = (text: string) => process.stderr.write(`${text}\n`);
  say(`Measuring ${rows.length} rows on ${availableParallelism()} cores.`);
  const server = await startBenchServer();
  // an interrupted run leaves nothing behind
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server.stop().finally(() => process.exit(130)));
  const figures: Figure[] = [];
  const failed: string[] = [];
  try {
    for (const row of rows) {
      say(`${row.name}: ${row.about}`);
      const measured = await attempt(row, () => row.run(server));
      if (measured === null) failed.push(row.name);
      else figures.push(...measured);
      if (json) for (const figure of measured ?? []) process.stdout.write(`${JSON.stringify(figure)}\n`);
    }
  } finally {
    await server.stop();
  }
  if (!json) process.stdout.write(table(figures));
  if (failed.length > 0) say(`Failed: ${failed.join(', ')}.`);
  if (failed.length > 0 || figures.some((figure) => figure.ok === false)) process.exitCode = 1;

  async function attempt(row: Row, work: () => Promise<Figure[]>): Promise<Figure[] | null> {
    try {
      return await work();
    } catch (error) {
      say(`${row.name} failed: ${(error as Error).stack ?? error}`);
      return null;
    }
  }
}

main()
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  })
  // a row that failed may have left its workers running
  .finally(() => process.exit());
