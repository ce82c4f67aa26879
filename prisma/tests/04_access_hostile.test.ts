/**
 * What nobody's page would send: every field of every procedure in turn replaced by SQL, by control characters, by too much,
 * by the wrong kind. The answer is an answer or a refusal in words; never a failure inside, and never a word of the database.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MATRIX } from '#prisma/tests/access-matrix.ts';
import { type AccessWorld, accessWorld, PROCEDURES, procedureOf, send } from '#prisma/tests/access-world.ts';
import { configWorld } from '#prisma/tests/config-world.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { stopListening } from '#server/api/events/wake.ts';
import type { Context } from '#server/api/trpc.ts';

const db = useDatabase();
let world: AccessWorld;
/** What the process said of failures inside. */
const inside: string[] = [];

beforeAll(async () => {
  process.env.DATABASE_URL_WEB = db.url('lockstep_web');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => inside.push(String(text)) > 0);
  world = await accessWorld(db);
});
afterAll(stopListening);

const HOSTILE: readonly unknown[] = [
  `'; drop table public.trades; --`,
  `x' or '1'='1`,
  'created_at desc; select pg_sleep(9)',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '../../etc/passwd',
  '%',
  '{{constructor}}',
  '1e400',
  'NaN',
  '9'.repeat(400),
  'x'.repeat(100_000),
  'no-uuid-at-all',
  '00000000-0000-0000-0000-000000000000',
  '',
  null,
  true,
  -1,
  1e308,
  [],
  {},
  Array.from({ length: 5_000 }, () => '00000000-0000-4000-8000-000000000000'),
];

/** Fields that an input may have beside those of the matrix: filters, sort keys, cursors. */
const UNNAMED = [
  'sort',
  'cursor',
  'search',
  'symbol',
  'state',
  'range',
  'by',
  'account',
  'act',
  'direction',
  'action',
];

/** The input with the value at `at` replaced. */
function replaced(input: unknown, at: readonly string[], value: unknown): unknown {
  const [first, ...rest] = at;
  if (first === undefined) return value;
  const object = (input ?? {}) as Record<string, unknown>;
  return { ...object, [first]: replaced(object[first], rest, value) };
}

function fieldsOf(input: unknown, at: readonly string[] = []): string[][] {
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return [[...at]];
  return [[...at], ...Object.entries(input).flatMap(([name, value]) => fieldsOf(value, [...at, name]))];
}

async function contextOfPerson(role: 'user' | 'admin'): Promise<Context> {
  const person = await configWorld(db).person(role);
  return {
    actor: {
      userId: person.id,
      role,
      sessionId: person.sessionId,
      email: person.email,
      name: 'X',
      timeZone: 'UTC',
    },
    stillHere: async () => true,
    queue: async () => ({ enqueue: async () => undefined }),
  };
}

/** What hashes a password takes its time, whatever the other fields say. */
const SLOW = /^profile\.(confirm|changePassword)$/;

describe('hostile input', () => {
  const asked = PROCEDURES.filter((name) => procedureOf(name).type !== 'subscription' && !SLOW.test(name));

  it.each(asked)('%s answers it or refuses it in words', async (name) => {
    const context = await contextOfPerson(MATRIX[name]?.[0] === 'ADMIN' ? 'admin' : 'user');
    const input = MATRIX[name]?.[2]?.(world.ids);
    const places = [...fieldsOf(input), ...UNNAMED.map((field) => [field])];
    const wrong: string[] = [];
    for (const at of places) {
      for (const value of HOSTILE) {
        const { status, text } = await send(context, name, replaced(input, at, value));
        const said = `${at.join('.')} = ${JSON.stringify(value).slice(0, 60)}: ${status} ${text.slice(0, 200)}`;
        if (status >= 500) wrong.push(said);
        if (
          /"stack"|pg_|relation |syntax error|node_modules|invalid input syntax/.test(
            text.replaceAll('pg_sleep', ''),
          )
        )
          wrong.push(`tells of the inside: ${said}`);
      }
    }
    expect([...new Set(wrong)], inside.slice(-3).join('\n').slice(0, 1_000)).toEqual([]);
  });

  it('leaves everything of everybody as it was', async () => {
    const before = await world.fingerprint();
    const context = await contextOfPerson('user');
    for (const value of HOSTILE) await send(context, 'orders.list', { symbol: value, sort: value });
    expect(await world.fingerprint()).toEqual(before);
  });
});
