/**
 * Every list's cursor, page by page of one row, over rows that share a millisecond and, two at a time, a microsecond:
 * nothing is skipped, nothing repeated, and the order is that of one page with all of them.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { bigAccount } from '#prisma/tests/big-account.ts';
import { insertRow, insertUser } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { useRest } from '#prisma/tests/rest-server.ts';
import { callerOf } from '#server/api/root.ts';
import type { Context } from '#server/api/trpc.ts';
import { API_SCOPES, newApiToken } from '#server/api-token.ts';
import { exportInput, KINDS } from '#server/export/exports.ts';
import { exportStream } from '#server/export/stream.ts';
import type { Role } from '#server/web-db.ts';

const db = useDatabase();
const rest = useRest(db);

const CLOSED = 12;
const OPEN = 6;
const BOOK = { environment: 'PAPER', currency: 'USD' } as const;

interface Page {
  items: readonly Record<string, unknown>[];
  nextCursor: unknown;
}
type Ask = (page: { limit?: number; cursor?: never }) => Promise<Page>;

let big: Awaited<ReturnType<typeof bigAccount>>;
let admin: { id: string };

const as = (userId: string, role: Role) =>
  callerOf({
    actor: { userId, role, sessionId: userId, email: '', name: '', timeZone: 'UTC' },
    stillHere: async () => true,
    queue: async () => ({ enqueue: async () => undefined }),
  } as unknown as Context);
const own = () => as(big.user.id, 'user');

beforeAll(async () => {
  big = await bigAccount(db.owner, {
    now: db.now(),
    size: { closed: CLOSED, open: OPEN, symbols: 3, withdrawn: 1, step: '1 microsecond', together: 2 },
  });
  admin = await insertUser(db.owner, { role: 'admin' });
  await db.owner.query(
    `select fn.audit_append($1, 'test.page', 'user', $1, '{}') from generate_series(1, 5)`,
    [big.user.id],
  );
});

const idOf = (row: Record<string, unknown>): string => String(row.id ?? row.seq ?? row.symbol);

/** The ids of all rows, a row at a time. */
async function oneByOne(ask: Ask): Promise<string[]> {
  const seen: string[] = [];
  let cursor: unknown = null;
  do {
    const page = await ask({ limit: 1, cursor: cursor as never });
    expect(page.items.length).toBeLessThanOrEqual(1);
    seen.push(...page.items.map(idOf));
    cursor = page.nextCursor;
    expect(seen.length, 'it ends').toBeLessThan(200);
  } while (cursor);
  return seen;
}

const count = async (from: string): Promise<number> => {
  const [row] = await rowsOf<{ n: number }>(db.owner, `select count(*)::int as n from ${from}`);
  return row?.n ?? 0;
};

const ALL = CLOSED + OPEN;
const ORDERS = 2 * ALL + CLOSED;
const list = (
  name: string,
  rows: number | string,
  ask: (page: Record<string, unknown>) => Promise<Page>,
) => ({
  name,
  rows,
  ask: ask as Ask,
});
/** Each list with how many rows it has, or the table whose rows they are. */
const LISTS = [
  list('trades that are open', OPEN, (page) => own().trades.list({ state: 'live', ...page })),
  list('trades that have ended', CLOSED, (page) => own().trades.list({ state: 'ended', ...page })),
  list('signals', ALL, (page) => own().signals.list(page)),
  list('orders, newest first', ORDERS, (page) => own().orders.list(page)),
  list('orders, oldest first', ORDERS, (page) => own().orders.list({ sort: 'oldest', ...page })),
  list('tax lots', CLOSED, (page) => own().history.lots({ ...BOOK, ...page })),
  list('alerts of a source', ALL, (page) => own().sources.events({ id: big.source.id, ...page })),
  list('instruments', 'public.instruments', (page) => own().instruments.list(page)),
  list('the audit', 'public.audit_log', (page) => as(admin.id, 'admin').audit.list(page)),
  ...(['exit', 'best', 'worst', 'newest', 'symbol'] as const).map((sort) =>
    list(`positions, ${sort}`, OPEN, (page) => own().positions.list({ sort, ...page })),
  ),
  ...(['newest', 'best', 'worst'] as const).map((sort) =>
    list(`closed trades, ${sort}`, CLOSED, (page) =>
      own().history.closed({ ...BOOK, range: 'all', sort, ...page }),
    ),
  ),
];

describe('paging', () => {
  it('has rows that only their microseconds and ids tell apart', async () => {
    const [row] = await rowsOf<Record<string, number>>(
      db.owner,
      `select count(*)::int as all, count(distinct created_at)::int as moments,
         count(distinct date_trunc('milliseconds', created_at))::int as millis from public.trades where status = 'OPEN'`,
    );
    expect(row).toEqual({ all: OPEN, moments: OPEN / 2, millis: 1 });
  });

  it.each(LISTS)('$name: each row once, in the order of one whole page', async ({ ask, rows }) => {
    const whole = await ask({});
    expect(whole.nextCursor).toBeNull();
    const ids = whole.items.map(idOf);
    expect(new Set(ids).size).toBe(typeof rows === 'number' ? rows : await count(rows));
    expect(await oneByOne(ask)).toEqual(ids);
  });

  it('the API for machines: each row once, in the order of one whole page', async () => {
    const { token, hash } = newApiToken();
    await insertRow(db.owner, 'api_tokens', {
      user_id: big.user.id,
      name: 'T',
      token_hash: hash,
      scopes: API_SCOPES,
    });
    for (const [path, rows] of [
      ['/orders?', 2 * ALL + CLOSED],
      ['/trades?state=live&', OPEN],
      ['/trades?state=closed&', CLOSED],
    ] as const) {
      const ask: Ask = async ({ limit = 200, cursor }) => {
        const after = cursor ? `&cursor=${cursor}` : '';
        const { http, body } = await rest.ask('GET', `${path}limit=${limit}${after}`, { token });
        expect(http).toBe(200);
        return { items: body.items, nextCursor: body.next_cursor };
      };
      const ids = (await ask({})).items.map(idOf);
      expect(new Set(ids).size).toBe(rows);
      expect(await oneByOne(ask)).toEqual(ids);
    }
  });

  it.each(KINDS)('the file of %s: the same read a row at a time as in one go', async (kind) => {
    const actor = {
      userId: big.user.id,
      role: 'user' as const,
      sessionId: '',
      email: '',
      name: '',
      timeZone: 'UTC',
    };
    const text = (size?: number) =>
      new Response(exportStream(actor, kind, exportInput.parse({}), size)).text();
    const whole = await text();
    expect(whole.trimEnd().split('\r\n').length).toBeGreaterThan(OPEN);
    expect(await text(1)).toBe(whole);
  });
});
