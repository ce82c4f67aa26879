import { beforeAll, describe, expect, it } from 'vitest';
import {
  insertInstrument,
  insertRow,
  insertStrategy,
  insertUser,
  insertWebhookSource,
} from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { afterWaiting, type Call, holds, passesBy, waitsInOrder } from '#prisma/tests/lock-probe.ts';
import { orderWorld, type World } from '#prisma/tests/order-world.ts';
import { paperBench } from '#prisma/tests/paper-venue.ts';
import type { Client } from '#server/db.ts';
import { one } from '#server/db.ts';
import { Decimal } from '#server/money.ts';

const db = useDatabase({ max: 8 });
const bench = paperBench(db);
let world: World;
beforeAll(async () => {
  world = await orderWorld(db);
  await bench.engine.setKnobs({ partialProbability: 0, latencyMinMs: 50, latencyMaxMs: 50 });
});

describe('the paper book', () => {
  const resting = async () => {
    const instrument = await bench.instrument();
    await bench.quote(instrument, '99.99', '100.01');
    const { id, port } = bench.account();
    await port.connect();
    const order = bench.order(instrument, { type: 'LIMIT', limitPrice: new Decimal(50) });
    expect(await port.place(order)).toMatchObject({ kind: 'accepted' });
    return { instrument, id, port, order };
  };
  /** Two accounts with one fill each that is due; the account with the higher id is due first. */
  const due = async () => {
    const instrument = await bench.instrument();
    await bench.quote(instrument, '99.99', '100.01');
    const accounts = [bench.account(), bench.account()].sort((a, b) => (a.id < b.id ? 1 : -1));
    for (const { port } of accounts) {
      await port.place(bench.order(instrument));
      await db.advanceClock(10);
    }
    await db.advanceClock(1_000);
    return { instrument, low: accounts[1]?.id ?? '', high: accounts[0]?.id ?? '' };
  };
  const row = 'paper.accounts where id = $1';

  it.each([
    'paper.order_place',
    'paper.order_cancel',
    'paper.quote_match',
    'paper.order_read',
    'paper.orders_read',
    'paper.fills_read',
  ])('%s holds the account', async (name) => {
    const { instrument, id } = await resting();
    const placed = {
      account_id: id,
      client_order_id: 'x',
      instrument_id: instrument.id,
      symbol: instrument.symbol,
      asset_class: 'CRYPTO',
      side: 'BUY',
      type: 'LIMIT',
      time_in_force: 'GTC',
      qty: '1',
      limit_price: '50',
    };
    const calls: Record<string, Call> = {
      'paper.order_place': ['select paper.order_place($1)', [placed]],
      'paper.order_cancel': ['select paper.order_cancel($1, $2)', [id, { client_order_id: 'none' }]],
      'paper.quote_match': ['select paper.quote_match($1, 99.99, 100.01, 100)', [instrument.id]],
      'paper.order_read': ['select paper.order_read($1, $2)', [id, { client_order_id: 'none' }]],
      'paper.orders_read': ['select paper.orders_read($1, $2, 0, 10)', [id, db.now()]],
      'paper.fills_read': ['select paper.fills_read($1, $2, 0, 10)', [id, db.now()]],
    };
    await holds(db, calls[name] ?? ['select 1'], row, [id], db.paper);
  });

  it('paper.fill_settle adds to the position that it waited for', async () => {
    const { instrument, id, port } = await resting();
    await port.place(bench.order(instrument));
    await db.advanceClock(1_000);
    await bench.engine.deliverDueFills();
    await port.place(bench.order(instrument));
    await db.advanceClock(1_000);
    const fill = await one<{ id: string }>(
      db.owner,
      'select id from paper.fills where account_id = $1 and settled_at is null',
      [id],
    );
    await afterWaiting(
      db,
      ['select from paper.positions where account_id = $1 for update', [id]],
      (client) =>
        client.query('select paper.fill_settle(f, fn.clock()) from paper.fills f where f.id = $1', [fill.id]),
      (changer) => changer.query('update paper.positions set qty = qty + 7 where account_id = $1', [id]),
    );
    const [position] = await rowsOf(
      db.owner,
      'select qty::float as qty from paper.positions where account_id = $1',
      [id],
    );
    expect(position).toEqual({ qty: 27 });
    await db.owner.query('update paper.positions set qty = qty - 7 where account_id = $1', [id]);
  });

  it('paper.advance takes accounts in id order', async () => {
    const { low, high } = await due();
    await waitsInOrder(db, ['select paper.advance()'], 'paper.accounts', {
      key: 'id',
      low,
      high,
      touch: 'currency',
    });
  });

  it('paper.news_claim passes news by that somebody else tells already', async () => {
    const { low } = await due();
    await db.owner.query('select paper.advance()');
    await passesBy(
      db,
      ['select from paper.news where account_id = $1 for update', [low]],
      ['select paper.news_claim(array[$1]::uuid[], null, 5000, 10)', [low]],
    );
  });

  it('paper.news_done takes news in id order', async () => {
    const { low } = await due();
    await db.owner.query('select paper.advance()');
    const rows = await rowsOf<{ id: string }>(
      db.owner,
      'select id from paper.news where account_id = $1 order by id',
      [low],
    );
    const ids = rows.map(({ id }) => id);
    await waitsInOrder(db, ['select paper.news_done($1::bigint[])', [ids]], 'paper.news', {
      key: 'id',
      low: ids[0],
      high: ids[1],
      touch: 'leased_until',
    });
  });
});

describe('leases', () => {
  const NAMES = ['lock-a', 'lock-b'];
  it.each([
    ['fn.lease_renew', 'select * from fn.lease_renew($1, $2, 5000)'],
    ['fn.lease_release', 'select fn.lease_release($1, $2)'],
  ])('%s takes them in name order', async (_, text) => {
    await db.owner.query('select * from fn.leases_take($1, $2, 5000)', [NAMES, 'me']);
    await waitsInOrder(db, [text, [NAMES, 'me']], 'public.leases', {
      key: 'name',
      low: 'lock-a',
      high: 'lock-b',
      touch: 'holder',
    });
  });

  it('fn.leases_hold keeps them where they are', async () => {
    await db.owner.query('select * from fn.leases_take($1, $2, 5000)', [NAMES, 'me']);
    await holds(
      db,
      [`select * from fn.leases_hold($1, array[1, 1], 'me')`, [NAMES]],
      'public.leases where name = $1',
      ['lock-a'],
    );
  });
});

describe('identity and config', () => {
  const acting = (client: Client, user: string) =>
    client.query(`select set_config('lockstep.actor', $1, true)`, [user]);
  const tokenOf = (text: string) => Buffer.from(text.padEnd(32, '.'));
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'OK',
      (error: { code: string }) => error.code,
    );

  it('fn.profile_set writes down what it really replaced', async () => {
    const user = await insertUser(db.owner, { display_name: 'First' });
    await afterWaiting(
      db,
      [`update public.users set display_name = 'Second' where id = $1`, [user.id]],
      async (client) => {
        await acting(client, user.id);
        return client.query(`select fn.profile_set('Third', 'UTC')`);
      },
    );
    const [row] = await rowsOf<{ detail: unknown }>(
      db.owner,
      `select detail from public.audit_log where act = 'profile.set' and entity_id = $1`,
      [user.id],
    );
    expect(JSON.stringify(row?.detail)).toContain('Second');
  });

  it('fn.totp_begin is refused when the second factor was switched on while it waited', async () => {
    const user = await insertUser(db.owner);
    await db.owner.query(`insert into public.user_secrets (user_id, password_hash) values ($1, 'x')`, [
      user.id,
    ]);
    const answer = await afterWaiting(
      db,
      [
        `update public.user_secrets set totp_secret = repeat('A', 32), totp_step = 1, recovery_codes = '[]' where user_id = $1`,
        [user.id],
      ],
      async (client) => {
        await acting(client, user.id);
        return code(client.query(`select fn.totp_begin(repeat('B', 32))`));
      },
    );
    expect(answer).toBe('LK409');
  });

  const invitation = async (name: string) => {
    const admin = await insertUser(db.owner, { role: 'admin' });
    const invited = await insertRow(db.owner, 'invitations', {
      email: `${name}@example.test`,
      role: 'user',
      token_hash: tokenOf(name),
      invited_by: admin.id,
      created_at: db.now(),
      expires_at: new Date(Date.parse(db.now()) + 3_600_000),
    });
    const accepted: Call = [
      'update public.invitations set accepted_at = fn.clock(), accepted_user_id = $2 where id = $1',
      [invited.id, admin.id],
    ];
    return { id: invited.id, admin, accepted };
  };

  it('fn.invitation_revoke is refused when it was accepted meanwhile', async () => {
    const { id, admin, accepted } = await invitation('revoked');
    const answer = await afterWaiting(db, accepted, async (client) => {
      await acting(client, admin.id);
      return code(client.query('select fn.invitation_revoke($1)', [id]));
    });
    expect(answer).toBe('LK409');
  });

  it('fn.invitation_accept makes one person of one invitation', async () => {
    const { accepted } = await invitation('accepted');
    const answer = await afterWaiting(db, accepted, (client) =>
      code(client.query(`select fn.invitation_accept($1, 'X', 'UTC', 'hash')`, [tokenOf('accepted')])),
    );
    expect(answer).toBe('LK404');
  });

  it.each([
    ['fn.session_revoke', 'user_sessions'],
    ['fn.api_token_revoke', 'api_tokens'],
    ['fn.user_hold', 'users'],
    ['fn.account_own', 'user_brokers'],
    ['fn.strategy_own', 'strategies'],
    ['fn.webhook_source_own', 'webhook_sources'],
    ['fn.subscription_own', 'subscriptions'],
  ])('%s holds what it speaks of, even where nothing changes', async (name, table) => {
    const at = db.now();
    const later = new Date(Date.parse(at) + 3_600_000);
    const admin = await insertUser(db.owner, { role: 'admin' });
    const hash = tokenOf(name);
    const me = world.userId;
    const made: Record<string, () => Promise<string>> = {
      user_sessions: async () =>
        (
          await insertRow(db.owner, 'user_sessions', {
            user_id: me,
            role: 'user',
            token_hash: hash,
            created_at: at,
            last_seen_at: at,
            expires_at: later,
            revoked_at: at,
            revoked_reason: 'X',
          })
        ).id,
      api_tokens: async () =>
        (
          await insertRow(db.owner, 'api_tokens', {
            user_id: me,
            name: 'x',
            token_hash: hash,
            scopes: ['trades:read'],
            created_at: at,
            revoked_at: at,
          })
        ).id,
      users: async () => (await insertUser(db.owner)).id,
      user_brokers: async () => world.account.id,
      strategies: async () => (await insertStrategy(db.owner, me)).id,
      webhook_sources: async () => (await insertWebhookSource(db.owner, world.strategy)).id,
      subscriptions: async () => world.subscription.id,
    };
    const id = (await made[table]?.()) ?? '';
    const actor = table === 'users' ? admin.id : me;
    await holds(
      db,
      [`select ${name}($1) from set_config('lockstep.actor', $2, true)`, [id, actor]],
      `public.${table} where id = $1`,
      [id],
    );
  });

  it('fn.limit_put holds the limit, even where nothing changes', async () => {
    await insertInstrument(db.owner);
    const limit = await one<{ id: string; row: Record<string, unknown> }>(
      db.owner,
      `select id, to_jsonb(r) as row from public.risk_limits r where layer = 'GLOBAL' order by id limit 1`,
    );
    await holds(
      db,
      [`select fn.limit_put('GLOBAL', null, null, null, $1)`, [limit.row]],
      'public.risk_limits where id = $1',
      [limit.id],
    );
  });

  it('fn.flag_set holds every flag, since they depend on each other', async () => {
    const flags = await rowsOf<{ name: string; enabled: boolean }>(
      db.owner,
      'select name, enabled from public.feature_flags order by name',
    );
    const [first, last] = [flags[0], flags.at(-1)];
    const admin = await insertUser(db.owner, { role: 'admin' });
    await db.owner.query('update public.feature_flags set wanted = enabled where name = $1', [first?.name]);
    await holds(
      db,
      [
        `select fn.flag_set($1, $2) from set_config('lockstep.actor', $3, true)`,
        [first?.name, first?.enabled, admin.id],
      ],
      'public.feature_flags where name = $1',
      [last?.name],
    );
  });
});
