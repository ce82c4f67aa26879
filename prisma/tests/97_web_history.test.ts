import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertAccount, insertUser } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { callerOf } from '#server/api/root.ts';
import type { Context } from '#server/api/trpc.ts';

const db = useDatabase();

beforeAll(() => {
  Object.assign(globalThis, { lockstepWebPool: db.web });
});

const as = (userId: string) =>
  callerOf({
    actor: {
      userId,
      role: 'user' as const,
      sessionId: randomUUID(),
      email: 'x@example.test',
      name: 'X',
      timeZone: 'UTC',
    },
    stillHere: async () => true,
    queue: async () => ({ enqueue: async () => undefined }),
  } as unknown as Context);

const PAPER = { environment: 'PAPER', currency: 'USD' } as const;
const RULES = { stop_pct: '1', target_pct: '2', trail_arm_pct: null };

/** Three trades: +20 at its target, −10.5 past its stop, +5 by an exit that is none of the rules. */
async function closedWorld() {
  const world = await exitWorld(db, { rules: RULES });
  const close = async (level: string, at: string) => {
    const id = await world.open({ qty: '10', price: '100' });
    await world.price(level);
    const [exit] = await world.orders(id);
    await world.fill(exit.id, '10', at);
    await db.advanceClock(60_000);
    return id;
  };
  const won = await close('102', '102');
  const lost = await close('98.95', '98.95');
  return { world, won, lost, close };
}

describe('the history', () => {
  it('adds up what trades brought, by day and in one figure each', async () => {
    const { world } = await closedWorld();
    const { days, summary, capital } = await as(world.user.id).history.results({ ...PAPER, range: '30d' });
    expect(days).toMatchObject([{ day: '2026-03-02', pnl: '9.50000000', trades: 2 }]);
    expect(summary).toMatchObject({ trades: 2, wins: 1, losses: 1, winRate: '50.00000000' });
    expect([summary.pnl, summary.expectancy, summary.profitFactor].map(Number)).toEqual(
      [9.5, 4.75, 20 / 10.5].map((n) => Number(n.toFixed(8))),
    );
    expect(Number(capital)).toBe(100_000);
    const other = await as(world.user.id).history.results({ environment: 'LIVE', currency: 'USD' });
    expect(other.days).toEqual([]);
  });

  it('says where it came from, and how exits kept to the plan', async () => {
    const { world } = await closedWorld();
    const api = as(world.user.id);
    const exits = await api.history.breakdown({ ...PAPER, by: 'EXIT_REASON' });
    expect(
      exits.map((one) => [
        one.name,
        one.trades,
        Number(one.pnl),
        one.planned_r,
        one.realised_r,
        one.beyond_stop,
      ]),
    ).toEqual([
      ['Target reached', 1, 20, '2.00', '2.00', 0],
      ['Stop loss', 1, -10.5, '2.00', '-1.05', 1],
    ]);
    // the stop stood at 99, it filled at 98.95
    expect(Number(exits[1]?.slippage_bps)).toBeCloseTo(5.1, 1);
    const [strategy] = await api.history.breakdown({ ...PAPER, by: 'STRATEGY' });
    expect(strategy?.name).toMatch(/^Strategy \d+$/);
    const [symbol] = await api.history.breakdown({ ...PAPER, by: 'SYMBOL' });
    expect(symbol).toMatchObject({ name: world.instrument.symbol, trades: 2 });
    const [source] = await api.history.sources({ ...PAPER });
    expect(source).toMatchObject({ received: 2, accepted: 2, refused: 0, filled: 2, closed: 2, wins: 1 });
    expect(Number(source?.pnl)).toBe(9.5);
  });

  it('lists closed trades latest, best or worst first, and tax lots with the totals of their year', async () => {
    const { world, won, lost } = await closedWorld();
    const api = as(world.user.id);
    const ids = async (sort: 'newest' | 'best' | 'worst') =>
      (await api.history.closed({ ...PAPER, sort })).items.map((one) => one.id);
    expect(await ids('newest')).toEqual([lost, won]);
    expect(await ids('best')).toEqual([won, lost]);
    expect(await ids('worst')).toEqual([lost, won]);
    expect((await api.history.closed({ ...PAPER, reason: 'STOP_LOSS' })).items).toMatchObject([
      { id: lost, exitReason: 'Stop loss', realisedR: '-1.05' },
    ]);
    const lots = await api.history.lots({ ...PAPER });
    expect(lots.items).toHaveLength(2);
    expect(lots.years).toMatchObject([{ year: 2026, lots: 2, pnl: '9.50000000' }]);
    expect((await api.history.lots({ ...PAPER, year: 2025 })).items).toEqual([]);
  });

  it('is empty for another person, whatever he asks for', async () => {
    const { world } = await closedWorld();
    const api = as((await insertUser(db.owner)).id);
    const place = { ...PAPER, account: world.account.id, range: 'all' as const };
    expect((await api.history.results(place)).days).toEqual([]);
    expect(await api.history.breakdown({ ...place, by: 'SYMBOL' })).toEqual([]);
    expect(await api.history.sources(place)).toEqual([]);
    expect((await api.history.closed(place)).items).toEqual([]);
    expect((await api.history.lots({ ...PAPER, account: world.account.id })).items).toEqual([]);
    expect(await api.history.books()).toEqual([]);
  });
});

describe('the overview', () => {
  it('has today’s result at this moment’s prices, with the limit and who set it', async () => {
    const { world } = await closedWorld();
    await world.open({ qty: '10', price: '100' });
    await world.quote('101');
    await db.owner.query(
      `insert into public.risk_limits (layer, user_id, user_broker_id, code, scope, value) values ('ACCOUNT', $1, $2, 'DAILY_LOSS_LIMIT', 'ACCOUNT', 40)`,
      [world.user.id, world.account.id],
    );
    const api = as(world.user.id);
    const { accounts, books } = await api.overview.today();
    expect(accounts).toMatchObject([
      {
        openCount: 1,
        exposure: '1010.00000000',
        lossLimit: { setBy: 'account', hitAt: null },
      },
    ]);
    expect(
      [accounts[0]?.pnl, accounts[0]?.realised, accounts[0]?.open, accounts[0]?.lossLimit?.amount].map(
        Number,
      ),
    ).toEqual([19.5, 9.5, 10, 40]);
    expect(books).toMatchObject([{ environment: 'PAPER', currency: 'USD', accounts: 1 }]);
    const [curve] = await api.overview.equity({ range: 'today' });
    expect(curve?.points.map((point) => Number(point.value))).toEqual([20, 9.5]);
    const [result] = await api.overview.results({ range: '7d' });
    expect(result).toMatchObject({ trades: 2, wins: 1, winRate: '50.0000' });
    const stranger = as((await insertUser(db.owner)).id);
    expect(await stranger.overview.today()).toEqual({ accounts: [], books: [] });
  });

  it('names what wants attention in sentences, and falls silent when it is over', async () => {
    const world = await exitWorld(db, { rules: RULES });
    const id = await world.open({ qty: '10', price: '100' });
    const api = as(world.user.id);
    expect(await api.overview.attention()).toEqual([]);
    await db.owner.query(`update public.user_brokers set connection = 'DISCONNECTED' where id = $1`, [
      world.account.id,
    ]);
    await world.call('fn.unprotected_refresh()', []);
    await insertAccount(db.owner, world.user.id, { name: 'New', reconciled_at: null });
    const said = await api.overview.attention();
    expect(
      said.map((one) => [
        one.severity,
        one.text.replace(/Paper \d+/, 'Paper').replace(world.instrument.symbol, 'IT'),
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['CRITICAL', 'IT on Paper is not protected: the account is not connected to its broker.'],
        ['CRITICAL', 'Paper is not connected to its broker.'],
        ['WARN', 'New has not been compared with its broker yet. It takes no entries until then.'],
      ]),
    );
    expect(said).toHaveLength(3);
    expect(said.find((one) => one.text.includes('not protected'))?.href).toBe(`/trades/${id}`);
    const stranger = as((await insertUser(db.owner)).id);
    expect(await stranger.overview.attention()).toEqual([]);
    await db.owner.query(
      `update public.user_brokers set connection = 'CONNECTED', reconciled_at = now() where user_id = $1`,
      [world.user.id],
    );
    await world.call('fn.unprotected_refresh()', []);
    expect(await api.overview.attention()).toEqual([]);
  });
});
