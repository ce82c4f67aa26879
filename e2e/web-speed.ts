/**
 * docs/web-speed.md: each story of speed writes its own section of it and leaves those of the others.
 * Entry point: writeSpeed, which does nothing without LOCKSTEP_WRITE_SPEED=1.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const FILE = path.resolve(import.meta.dirname, '../docs/web-speed.md');

/** In the order in which they stand. */
const SECTIONS = ['First visits on a phone', 'A big account, to the eye'] as const;
export type SpeedSection = (typeof SECTIONS)[number];

const INTRODUCTION = `# Speed of the pages

Measured in a browser against the built pages, with the worker and a market that moves beside it. Two stories hold the bounds and
write their section: \`e2e/speed.spec.ts\` opens every page with an empty cache on a slow phone; \`e2e/big-account.spec.ts\` clicks
through an account with 10,000 trades, 100,000 orders and 1,000 open positions, and wants the data painted within 300 ms of the click.

\`LOCKSTEP_WRITE_SPEED=1 npx playwright test\` with the one or the other writes its section again; apart, because the worker that
watches 1,000 positions takes its part of the machine.
What the database needs for each read in such an account is held under 100 ms by prisma/tests/04_access_reads.test.ts.
`;

/** What the document says in each of its sections. */
function sectionsOf(text: string): Map<string, string> {
  const parts = text.split(/^## /m).slice(1);
  return new Map(parts.map((part) => [part.split('\n', 1)[0] ?? '', part.slice(part.indexOf('\n')).trim()]));
}

export function writeSpeed(section: SpeedSection, body: string): void {
  if (process.env.LOCKSTEP_WRITE_SPEED !== '1') return;
  const said = sectionsOf(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '').set(section, body.trim());
  const text = SECTIONS.flatMap((name) => (said.has(name) ? [`\n## ${name}\n\n${said.get(name)}\n`] : []));
  writeFileSync(FILE, INTRODUCTION + text.join(''));
}
