/**
 * `npm run drill [-- --only NAME]… [--minutes N] [--list]`: runs every drill on processes and a database of its own and
 * prints a table. Exits with 1 when one fails; one that the machine cannot do is skipped by name.
 */
import { parseArgs } from 'node:util';
import { type Drill, Skip } from './drill.ts';
import { DRILLS, ON_REQUEST } from './registry.ts';

const DEFAULT_MINUTES = '10';

function choose(): { drills: readonly Drill[]; minutes: number } {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      minutes: { type: 'string', default: DEFAULT_MINUTES },
      list: { type: 'boolean', default: false },
    },
  });
  const all = [...DRILLS, ...ON_REQUEST];
  if (values.list) {
    for (const { name, about } of all) process.stdout.write(`${name.padEnd(28)} ${about}\n`);
    process.exit(0);
  }
  const only = values.only.flatMap((names) => names.split(','));
  const unknown = only.find((name) => !all.some((drill) => drill.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no drill "${unknown}". Drills: ${all.map((drill) => drill.name).join(', ')}.`);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error('--minutes takes a number above 0.');
  return { drills: only.length === 0 ? DRILLS : all.filter(({ name }) => only.includes(name)), minutes };
}

async function main(): Promise<void> {
  const { drills, minutes } = choose();
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const report: string[] = [];
  for (const drill of drills) {
    say(`${drill.name}: ${drill.about}`);
    const began = performance.now();
    let outcome = 'passed';
    let told = '';
    try {
      told = (await drill.run({ minutes, say })) ?? '';
    } catch (error) {
      outcome = error instanceof Skip ? 'skipped' : 'FAILED';
      told = (error as Error).message;
      if (outcome === 'FAILED') process.exitCode = 1;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const line = `${outcome.padEnd(8)} ${drill.name.padEnd(28)} ${seconds.padStart(6)} s  ${told}`;
    say(line);
    report.push(line);
  }
  process.stdout.write(`\n${report.join('\n')}\n`);
}

await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
