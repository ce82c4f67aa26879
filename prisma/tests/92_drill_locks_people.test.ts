import { beforeAll, describe, expect, it } from 'vitest';
import {
  insertInstrument,
  insertRow,
  insertStrategy,
  insertUser,
  insertWebhookSource,
} from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { afterWaiting, type Call, holds } from '#prisma/tests/lock-probe.ts';
import { orderWorld, type World } from '#prisma/tests/order-world.ts';
import type { Client } from '#server/db.ts';
import { one } from '#server/db.ts';

const db = useDatabase({ max: 8 });
let world: World;
beforeAll(async () => {
  world = await orderWorld(db);
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
