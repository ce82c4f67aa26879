import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigWorld, configWorld } from '#prisma/tests/config-world.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { verifyAudit } from '#scripts/audit-verify.ts';

const db = useDatabase();
let world: ConfigWorld;
beforeAll(() => {
  world = configWorld(db);
});

const SCRIPT = path.resolve(import.meta.dirname, '../../scripts/audit-verify.ts');
const run = promisify(execFile);

/** `npm run audit:verify` as a process of its own, against this database: exit code and output. */
async function verify(...args: string[]): Promise<[code: number, out: string]> {
  const env = { ...process.env, DATABASE_URL_WORKER: db.url('lockstep_worker'), DATABASE_URL: '' };
  try {
    return [0, (await run(process.execPath, [SCRIPT, ...args], { env })).stdout];
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return [code, stdout];
  }
}

/** What only the owner of the database can do, and only after taking the guard away. */
async function tamper(statement: string, values: unknown[] = []): Promise<void> {
  await db.owner.query('alter table public.audit_log disable trigger audit_is_append_only');
  await db.owner.query(statement, values);
  await db.owner.query('alter table public.audit_log enable trigger audit_is_append_only');
}

describe('the audit chain', () => {
  it('lists who did what, newest first, by person, thing and act, to an admin alone', async () => {
    const [root, ada, lab] = [
      await world.person('admin'),
      await world.person(),
      await world.person('researcher'),
    ];
    const { id } = await ada.api.strategies.create({ name: 'Audited' });
    await ada.api.strategies.setStatus({ id, status: 'PAUSED' });
    const acts = async (filter: Record<string, unknown>) =>
      (await root.api.audit.list(filter)).items.map((item) => item.act);
    expect(await acts({ actorId: ada.id })).toEqual(['strategy.status', 'strategy.create']);
    expect(await acts({ entityId: id, act: 'strategy.create' })).toEqual(['strategy.create']);
    for (const other of [ada, lab]) {
      await expect(other.api.audit.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await expect(
      db.asActor(ada.id, (client) => client.query('select 1 from public.audit_log')),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('says what each act was about: a person, an account, a strategy, and whose when it is another’s', async () => {
    const [root, ada] = [await world.person('admin'), await world.person()];
    const strategyId = (await ada.api.strategies.create({ name: 'Told' })).id;
    const accountId = (await ada.api.accounts.create({ name: 'Box', capital: '1000' })).id;
    const followed = await ada.api.subscriptions.create({ accountId, strategyId });
    const source = await ada.api.sources.create({ strategyId, name: 'Chart' });
    await ada.api.apiTokens.create({ name: 'Robot', scopes: ['trades:read'], days: 1 });
    await ada.api.limits.set({
      code: 'MAX_OPEN_POSITIONS',
      scope: 'ACCOUNT',
      value: '3',
      layer: 'ACCOUNT',
      placeId: accountId,
    });
    await ada.api.exitRules.set({ layer: 'SUBSCRIPTION', id: followed.id, rules: { stop_pct: '3' } });
    await ada.api.sources.setStatus({ id: source.id, status: 'DISABLED' });
    const told = async (actorId: string) =>
      (await root.api.audit.list({ actorId })).items.map((item) => [item.act, item.about, item.owner]);
    expect((await told(ada.id)).reverse()).toEqual([
      ['strategy.create', 'Told', null],
      ['account.create', 'Box', null],
      ['subscription.create', 'Box following Told', null],
      ['webhook_source.create', 'Chart of Told', null],
      ['api_token.create', 'Robot', null],
      ['limit.set', 'Box', null],
      ['exit_rules.set', 'Box following Told', null],
      ['webhook_source.status', 'Chart of Told', null],
    ]);

    const halt = (at: Parameters<typeof root.api.switches.setAdmin>[0]['at']) =>
      root.api.switches.setAdmin({ key: randomUUID(), at, wanted: { state: 'HALT', reason: 'drill' } });
    await halt({ scope: 'ACCOUNT', targetId: accountId });
    await root.api.users.setStatus({ id: ada.id, status: 'DISABLED', reason: 'drill' });
    await halt({ scope: 'PLATFORM' });
    await root.api.invitations.create({ email: 'told@example.test', role: 'user' });
    const name = (await rowsOf(db.owner, 'select display_name from public.users where id = $1', [ada.id]))[0];
    expect((await told(root.id)).reverse()).toEqual([
      ['switch.set', 'Box', name?.display_name],
      ['user.status', null, name?.display_name],
      ['switch.set', 'the whole platform', null],
      ['invitation.create', 'told@example.test', null],
    ]);
  });

  it('pages without a gap or a repeat', async () => {
    const [root, ada] = [await world.person('admin'), await world.person()];
    for (let n = 0; n < 103; n += 1) await ada.api.profile.set({ name: `Ada ${n}`, timeZone: 'UTC' });
    const one = await root.api.audit.list({ actorId: ada.id });
    const two = await root.api.audit.list({ actorId: ada.id, cursor: one.nextCursor });
    expect([one.items.length, two.items.length, two.nextCursor]).toEqual([100, 3, null]);
    const seqs = [...one.items, ...two.items].map((item) => Number(item.seq));
    expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
    expect(new Set(seqs).size).toBe(103);
  });

  it('is whole until the owner of the database changes an entry: then the first one is named', async () => {
    const ada = await world.person();
    for (let n = 0; n < 5; n += 1) await ada.api.profile.set({ name: `A ${n}`, timeZone: 'UTC' });
    const [code, out] = await verify();
    expect(code).toBe(0);
    const [, seq = '', hash = ''] = /whole: \d+ entries\. Newest: (\d+) ([0-9a-f]{64})/.exec(out) ?? [];
    expect(await verify(seq, hash)).toEqual([0, out]);

    const forged = String(Number(seq) - 3);
    const [row] = await rowsOf(db.owner, 'select detail from public.audit_log where seq = $1', [forged]);
    await tamper(`update public.audit_log set detail = '{"display_name": ["x", "y"]}' where seq = $1`, [
      forged,
    ]);
    expect(await verify()).toEqual([
      1,
      `The audit chain is broken at entry ${forged}: its content is not what was hashed.\n`,
    ]);
    await tamper('update public.audit_log set detail = $2 where seq = $1', [forged, row?.detail]);
    expect((await verify())[0]).toBe(0);
  });

  it('notices a forger who hashes again, and one who cuts off its end', async () => {
    const ada = await world.person();
    for (let n = 0; n < 5; n += 1) await ada.api.profile.set({ name: `B ${n}`, timeZone: 'UTC' });
    const [head] = await rowsOf<{ seq: string; hash: string }>(
      db.owner,
      `select seq, encode(hash, 'hex') as hash from public.audit_log order by seq desc limit 1`,
    );
    if (!head) throw new Error('the chain is empty');
    await tamper('delete from public.audit_log where seq = $1', [head.seq]);
    expect((await verifyAudit(db.worker, null)).whole).toBe(true);
    expect(await verifyAudit(db.worker, head)).toEqual({
      whole: false,
      line: `The audit chain no longer holds the noted entry ${head.seq}.`,
    });
    const forged = Number(head.seq) - 3;
    await tamper(
      `update public.audit_log a set act = 'nothing', hash = fn.audit_hash(a.prev_hash, a.seq, a.at, a.actor_user_id, 'nothing',
         a.entity, a.entity_id, a.detail) where seq = $1`,
      [forged],
    );
    expect((await verifyAudit(db.worker, null)).line).toBe(
      `The audit chain is broken at entry ${forged + 1}: it does not follow the entry before it.`,
    );
  });

  it('is not to be changed, not even by its own stage', async () => {
    const client = await db.owner.connect();
    try {
      for (const statement of ['update public.audit_log set act = act', 'delete from public.audit_log']) {
        await client.query('begin; set local role lockstep_identity');
        await expect(client.query(statement)).rejects.toMatchObject({ message: 'AUDIT_IS_APPEND_ONLY' });
        await client.query('rollback');
      }
    } finally {
      client.release();
    }
  });
});
