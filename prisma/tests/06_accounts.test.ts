import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ConfigWorld, configWorld, type Person } from '#prisma/tests/config-world.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { answersTo, contextOf, entryWorld, pendingOf } from '#prisma/tests/intent-world.ts';
import { fanOut } from '#server/pipeline/2-delivery/fan-out.ts';
import { decideDeliveries } from '#server/pipeline/3-intent/decide.ts';

const db = useDatabase();
let world: ConfigWorld;
beforeAll(() => {
  world = configWorld(db);
});

const paper = (person: Person, settings: Record<string, unknown> = {}) =>
  person.api.accounts.create({ name: `A ${randomUUID()}`, capital: '50000', ...settings });

/** Decides a signal for the world's accounts and answers with what became of it. */
async function decide(entry: Awaited<ReturnType<typeof entryWorld>>): Promise<string[]> {
  const id = await entry.signal();
  const ctx = contextOf(db);
  await fanOut(ctx, [id]);
  await decideDeliveries(ctx, await pendingOf(db, id));
  return answersTo(db, id);
}

/** State of an account's entry orders, and why each was last touched. */
const entries = (account: string | undefined) =>
  rowsOf<{ status: string; cause: string | null }>(
    db.owner,
    `select o.status, coalesce(o.cancel_cause ->> 'code', (select e.cause ->> 'code' from public.order_events e
       where e.order_id = o.id order by e.id desc limit 1)) as cause
     from public.orders o where o.user_broker_id = $1 and o.kind = 'ENTRY'`,
    [account],
  );

describe('a paper account', () => {
  it('is opened with everything that decisions lock, and waits for its first reconciliation', async () => {
    const ada = await world.person();
    const { id } = await paper(ada, {
      currency: 'inr',
      homeMarket: 'XNSE',
      takerBps: '2.5',
      feeMinimum: '20',
    });
    const [account] = await ada.api.accounts.list();
    expect(account).toMatchObject({
      id,
      broker: 'PAPER',
      environment: 'PAPER',
      currency: 'INR',
      homeMarket: 'XNSE',
      capital: '50000',
      fees: { takerBps: '2.5', feeMinimum: '20', makerBps: '0' },
      switchState: 'OFF',
      reconciliation: { reconciledAt: null, openDiscrepancies: 0 },
    });
    const companions = await rowsOf(
      db.owner,
      `select (select count(*)::int from public.switches where user_broker_id = $1) as switches,
         (select count(*)::int from public.account_exposure where user_broker_id = $1) as exposure`,
      [id],
    );
    expect(companions).toEqual([{ switches: 1, exposure: 1 }]);
    const waits = await rowsOf(db.worker, 'select code from fn.account_operational($1)', [id]);
    expect(waits).toEqual([{ code: 'ACCOUNT_NOT_RECONCILED' }]);
    const due = await rowsOf<{ id: string }>(
      db.worker,
      `select id from fn.accounts_to_reconcile('5 minutes', 100) id`,
    );
    expect(due.map((row) => row.id)).toContain(id);
  });

  it('has a name of its own, a known market and sane figures', async () => {
    const ada = await world.person();
    await paper(ada, { name: 'Main' });
    await expect(paper(ada, { name: 'Main' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'You already have an account of this name.',
    });
    for (const wrong of [{ homeMarket: 'MARS' }, { capital: '0' }, { takerBps: '2000' }, { currency: '$' }]) {
      await expect(paper(ada, wrong)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    }
    const huge = { name: 'x', capital: 'NaN' };
    await expect(
      db.asActor(ada.id, (client) => client.query('select fn.account_create($1)', [huge])),
    ).rejects.toMatchObject({ code: 'LK400' });
  });

  it('is renamed and its hold list set by its owner alone', async () => {
    const [ada, ben] = [await world.person(), await world.person()];
    const { id } = await paper(ada);
    await ada.api.accounts.update({ id, name: 'Renamed', holdSymbols: ['spy', 'AAPL', 'SPY'] });
    expect((await ada.api.accounts.list())[0]).toMatchObject({
      name: 'Renamed',
      holdSymbols: ['AAPL', 'SPY'],
      capital: '50000',
    });
    expect((await world.acts(ada)).at(-1)).toMatchObject({
      act: 'account.update',
      detail: { hold_symbols: [[], ['AAPL', 'SPY']] },
    });
    for (const act of [
      () => ben.api.accounts.update({ id, name: 'Mine' }),
      () => ben.api.accounts.freeze({ id, reason: 'mine' }),
      () => ben.api.accounts.setStatus({ id, status: 'DISABLED' }),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await ben.api.accounts.list()).toEqual([]);
    expect(await ben.api.accounts.discrepancies({ accountId: id })).toEqual([]);
    await expect((await world.person('researcher')).api.accounts.list()).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('entries stop', () => {
  const asOwner = (userId: string, text: string, values: unknown[]) =>
    db.asActor(userId, async (client) => (await client.query(text, values)).rows[0]);

  it.each([
    ['frozen', `select fn.account_freeze($1, 'looks odd')`, 'ACCOUNT_FROZEN'],
    ['disabled', `select fn.account_status_set($1, 'DISABLED')`, 'BROKER_DISABLED'],
  ])('on an account that is %s: what rests is withdrawn, what comes is refused', async (_, text, code) => {
    const entry = await entryWorld(db, { accounts: 1 });
    const [follower] = entry.followers;
    expect(await decide(entry)).toEqual(['APPROVED 5']);
    await asOwner(follower?.user_id ?? '', text, [follower?.id]);
    expect(await entries(follower?.id)).toEqual([{ status: 'CANCELLED', cause: code }]);
    const codes = await rowsOf<{ code: string }>(db.worker, 'select code from fn.account_operational($1)', [
      follower?.id,
    ]);
    expect(codes.map((row) => row.code)).toEqual([code]);
  });

  it('on accounts of a disabled user, and jobs go out for what is at the broker', async () => {
    const root = await world.person('admin');
    const entry = await entryWorld(db, { accounts: 1 });
    const [follower] = entry.followers;
    await decide(entry);
    await db.owner.query(
      `update public.orders set status = 'SUBMITTING', claimed_by = 'w', claimed_at = fn.clock(), submitted_at = fn.clock()
       where user_broker_id = $1`,
      [follower?.id],
    );
    await db.owner.query(
      `update public.orders set status = 'PLACED', broker_order_id = 'b-1', placed_at = fn.clock() where user_broker_id = $1`,
      [follower?.id],
    );
    world.jobs.length = 0;
    await root.api.users.setStatus({ id: follower?.user_id ?? '', status: 'DISABLED', reason: 'left' });
    expect(world.jobs.map((job) => job.name)).toEqual(['order.cancel']);
    expect(await entries(follower?.id)).toMatchObject([{ cause: 'USER_INACTIVE' }]);
  });

  it('until it is taken back; a repeat changes nothing', async () => {
    const ada = await world.person();
    const { id } = await paper(ada);
    await ada.api.accounts.freeze({ id, reason: 'looks odd' });
    await ada.api.accounts.freeze({ id, reason: 'looks odd' });
    expect((await ada.api.accounts.list())[0]).toMatchObject({
      frozenReason: 'looks odd',
      frozenAt: new Date(db.now()),
    });
    await ada.api.accounts.freeze({ id, reason: null });
    await ada.api.accounts.setStatus({ id, status: 'DISABLED' });
    await ada.api.accounts.setStatus({ id, status: 'ACTIVE' });
    expect((await ada.api.accounts.list())[0]).toMatchObject({ frozenAt: null, status: 'ACTIVE' });
    expect((await world.acts(ada)).map((act) => act.act)).toEqual([
      'account.create',
      'account.freeze',
      'account.unfreeze',
      'account.status',
      'account.status',
    ]);
  });
});

describe('discrepancies', () => {
  it('are listed with what each side says, open ones first', async () => {
    const ada = await world.person();
    const { id } = await paper(ada);
    const differ = (differences: unknown[]) =>
      db.worker.query(`select fn.reconcile_record($1, fn.clock(), $2, $3, '{}')`, [
        id,
        differences.length > 0 ? 'DIFFERED' : 'AGREED',
        JSON.stringify(differences),
      ]);
    await differ([{ code: 'QTY_MISMATCH', instrument_id: null, ours: { qty: '1' }, theirs: { qty: '2' } }]);
    expect(await ada.api.accounts.discrepancies({ accountId: id })).toMatchObject([
      { code: 'QTY_MISMATCH', ours: { qty: '1' }, theirs: { qty: '2' }, resolvedAt: null },
    ]);
    expect((await ada.api.accounts.list())[0]?.reconciliation).toMatchObject({
      lastOutcome: 'DIFFERED',
      openDiscrepancies: 1,
    });
    await differ([]);
    expect(await ada.api.accounts.discrepancies({})).toEqual([]);
    expect(await ada.api.accounts.discrepancies({ withResolved: true })).toHaveLength(1);
  });
});
