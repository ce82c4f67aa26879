/**
 * Somebody with something of everything, and strangers who try every procedure with his ids over the wire.
 * Entry points: accessWorld (ids, what would give him away, a digest of his rows), wire.
 */
import { createHash, randomBytes } from 'node:crypto';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import superjson from 'superjson';
import { readTables } from '#prisma/apply.ts';
import { tenantColumn } from '#prisma/grants.ts';
import { MATRIX, type TheirIds } from '#prisma/tests/access-matrix.ts';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertRow, insertUser, insertWebhookSource } from '#prisma/tests/factories.ts';
import { rowsOf, type TestDatabase } from '#prisma/tests/harness.ts';
import { api } from '#server/api/root.ts';
import type { Context } from '#server/api/trpc.ts';
import { sha256 } from '#server/crypto.ts';

/** Names and figures that nobody else has: one of them in an answer gives him away. */
const MARKS = {
  account: 'Hidden vault',
  strategy: 'Secret sauce',
  token: 'Their robot',
  source: 'Their alerts',
  symbol: 'VAULTED-USD',
  capital: '7654321.09',
  qty: '13.579',
  stop: '223.45',
  invited: 'invited@example.test',
};

/** What everybody may look at holds these, whoever trades them. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = { 'instruments.list': [MARKS.symbol] };

export interface AccessWorld {
  ids: TheirIds;
  /** Words that belong to him alone. */
  words: readonly string[];
  /** Those of them that an answer of this procedure has and should not have. */
  leaks: (text: string, procedure?: string) => string[];
  /** A digest of each of his tables: equal as long as nothing of his has changed. */
  fingerprint: () => Promise<Record<string, string>>;
}

async function fill(db: TestDatabase): Promise<TheirIds> {
  const world = await exitWorld(db, {
    instrument: { symbol: MARKS.symbol, lot_size: '0.001' },
    account: { capital: MARKS.capital },
  });
  const trade = await world.open({ price: '246.81', qty: MARKS.qty, stop: MARKS.stop });
  const { owner } = db;
  const user = world.user.id;
  const source = await insertWebhookSource(owner, world.strategy, { name: MARKS.source });
  const token = await insertRow(owner, 'api_tokens', {
    user_id: user,
    name: MARKS.token,
    token_hash: sha256('theirs'),
    scopes: ['trades:read'],
  });
  await insertRow(owner, 'user_secrets', { user_id: user, password_hash: 'none' });
  const session = await insertRow(owner, 'user_sessions', {
    user_id: user,
    role: 'user',
    token_hash: randomBytes(32),
    created_at: db.now(),
    last_seen_at: db.now(),
    expires_at: new Date(Date.parse(db.now()) + 3_600_000),
  });
  const admin = await insertUser(owner, { role: 'admin' });
  const invitation = await insertRow(owner, 'invitations', {
    email: MARKS.invited,
    role: 'user',
    token_hash: sha256('a link'),
    invited_by: admin.id,
    created_at: db.now(),
    expires_at: new Date(Date.parse(db.now()) + 3_600_000),
  });
  await owner.query('update public.user_brokers set name = $2 where user_id = $1', [user, MARKS.account]);
  await owner.query('update public.strategies set name = $2 where user_id = $1', [user, MARKS.strategy]);
  const [row] = await rowsOf<{ signal_id: string; order_id: string }>(
    owner,
    'select t.signal_id, o.id as order_id from public.trades t join public.orders o on o.trade_id = t.id where t.id = $1',
    [trade],
  );
  return {
    user,
    account: world.account.id,
    strategy: world.strategy.id,
    subscription: world.subscription.id,
    source: source.id,
    token: token.id,
    session: session.id,
    signal: row?.signal_id ?? '',
    trade,
    order: row?.order_id ?? '',
    invitation: invitation.id,
  };
}

export async function accessWorld(db: TestDatabase): Promise<AccessWorld> {
  const ids = await fill(db);
  const [user] = await rowsOf<{ email: string }>(db.owner, 'select email from public.users where id = $1', [
    ids.user,
  ]);
  const words = [...Object.values(ids), ...Object.values(MARKS), user?.email ?? ids.user];
  const tables = (await readTables(db.owner)).filter((table) => !table.isPartition && tenantColumn(table));
  return {
    ids,
    words,
    leaks: (text, procedure = '') =>
      words.filter((word) => text.includes(word) && !PUBLIC[procedure]?.includes(word)),
    fingerprint: async () => {
      const prints: Record<string, string> = {};
      for (const table of tables) {
        const [row] = await rowsOf<{ all: string | null }>(
          db.owner,
          `select string_agg(x::text, '|' order by x::text) as all from public.${table.name} x where ${tenantColumn(table)} = $1`,
          [ids.user],
        );
        prints[table.name] = createHash('sha256')
          .update(row?.all ?? '')
          .digest('hex');
      }
      return prints;
    },
  };
}

/** What a request to a procedure with the matrix's input is answered, as it leaves the process. */
export const wire = (
  context: Context,
  name: string,
  ids: TheirIds,
): Promise<{ status: number; text: string }> => send(context, name, MATRIX[name]?.[2]?.(ids));

/** The same with any input. */
export async function send(
  context: Context,
  name: string,
  given: unknown,
): Promise<{ status: number; text: string }> {
  const { type } = procedureOf(name);
  const input = JSON.stringify(superjson.serialize(given));
  const query = type === 'mutation' ? '' : `?input=${encodeURIComponent(input)}`;
  const request = new Request(`http://lockstep.test/api/trpc/${name}${query}`, {
    ...(type === 'mutation'
      ? { method: 'POST', body: input, headers: { 'content-type': 'application/json' } }
      : {}),
  });
  const answer = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: api,
    createContext: () => context,
  });
  return {
    status: answer.status,
    text: type === 'subscription' ? await firstOf(answer) : await answer.text(),
  };
}

/** The beginning of a stream up to its first event or refusal; it is left then. */
async function firstOf(answer: Response): Promise<string> {
  let text = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (reader && !/^(id:|event: serialized-error\ndata:).*\n/m.test(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader?.cancel();
  return text;
}

const procedures = api._def.procedures as unknown as Record<string, { _def: { type: string } }>;

export const PROCEDURES: readonly string[] = Object.keys(procedures);

export function procedureOf(name: string): { type: string } {
  const found = procedures[name];
  if (!found) throw new Error(`there is no procedure ${name}`);
  return found._def;
}
