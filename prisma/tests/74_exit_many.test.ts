/** Many proposals in one batch raise exactly what each of them raises alone. */
import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { type ExitWorld, exitWorld, type Opening } from './exit-world.ts';
import type { Row } from './factories.ts';

const t = useDatabase();

interface Case {
  what: string;
  open?: Opening;
  /** What happens to the trade before the proposal. */
  before?: (w: ExitWorld, trade: string) => Promise<unknown>;
  proposal: Row;
}

const wish = (_: ExitWorld, trade: string) =>
  t.owner.query(
    `update public.trades set exit_wish_reason = 'SIGNAL_EXIT', exit_wish_at = now() where id = $1`,
    [trade],
  );
const CASES: Case[] = [
  { what: 'a stop at the last price', proposal: { last: '98.9' } },
  {
    what: 'a stop touched within a watched stretch',
    proposal: { low: '98', high: '101', last: '100', version: 'now' },
  },
  {
    what: 'a stretch that was watched with older triggers',
    proposal: { low: '98', high: '101', last: '100', version: '0' },
  },
  {
    what: 'a stretch that began after the triggers were set',
    proposal: { low: '98', high: '100', last: '100', since: 'now' },
  },
  { what: 'a hard stop beyond the stop', proposal: { last: '90' } },
  { what: 'a short, mirrored', open: { direction: 'SHORT' }, proposal: { last: '101.5' } },
  { what: 'a target', proposal: { last: '102.5' } },
  {
    what: 'a stretch that holds stop and target',
    proposal: { low: '98', high: '103', last: '100', version: 'now' },
  },
  { what: 'nothing', proposal: { last: '100' } },
  { what: 'a wish, without a price', before: wish, proposal: {} },
  { what: 'a wish and a stop', before: wish, proposal: { last: '98' } },
  { what: 'a price from a worker that slept', proposal: { last: '98', at: '2026-03-02T14:00:00.000Z' } },
  { what: 'a half filled entry', open: { filled: '4' }, proposal: { last: '98' } },
  {
    what: 'an exit already pending',
    before: (w, trade) => w.raise({ trade_id: trade, last: '98.9' }),
    proposal: { last: '90' },
  },
];

/** What a firing leaves behind, without ids and times. */
const firedOf = async (w: ExitWorld, trade: string) =>
  (await w.intents(trade)).map((x) => ({
    reason: x.exit_reason,
    status: x.status,
    rank: x.rank,
    type: x.order_type,
    limit: x.limit_price,
    rest: [x.rest_seconds, x.rest_then],
    requested: x.requested_qty,
    wish: x.from_wish,
    rung: x.rung,
    episode: x.episode_id,
    also: x.also_satisfied,
    trigger: x.trigger_price,
    market: x.market_price,
    cooldown: x.cooldown_ms,
  }));
const eventsOf = async (trade: string) =>
  (
    await t.owner.query(
      `select data - 'exit_intent_id' as data from public.event_log where entity_id = $1 and topic = 'exit' order by id`,
      [trade],
    )
  ).rows;

describe('raising many at once', () => {
  it('is the same as raising one by one', async () => {
    const w = await exitWorld(t, { rules: { stop_pct: '1', hard_stop_pct: '5', target_pct: '2' } });
    const prepare = async (one: Case) => {
      const trade = await w.open(one.open);
      await w.quote('100');
      await one.before?.(w, trade);
      const { version, since, ...rest } = one.proposal;
      const row = await w.tradeOf(trade);
      return {
        trade_id: trade,
        by: 'BOOK',
        at: t.now(),
        ...rest,
        ...(version === undefined ? {} : { version: version === 'now' ? row.triggers_version : version }),
        ...(since === undefined ? {} : { since: row.triggers_at }),
      };
    };
    const alone: { trade_id: string }[] = [];
    const together: { trade_id: string }[] = [];
    for (const one of CASES) {
      alone.push(await prepare(one));
      together.push(await prepare(one));
    }
    const raisedAlone: (string | undefined)[] = [];
    for (const proposal of alone) raisedAlone.push((await w.raise(proposal)).raised[0]?.reason);
    const { raised, jobs } = await w.raise(...together);
    const reasonOf = new Map(raised.map((one) => [one.trade_id, one.reason]));

    for (const [n, one] of CASES.entries()) {
      const [a, b] = [alone[n]?.trade_id ?? '', together[n]?.trade_id ?? ''];
      expect(reasonOf.get(b), one.what).toBe(raisedAlone[n]);
      expect(await firedOf(w, b), one.what).toEqual(await firedOf(w, a));
      expect(await eventsOf(b), one.what).toEqual(await eventsOf(a));
    }
    expect(new Set(raised.map((one) => one.reason))).toContain('HARD_STOP');
    expect(jobs.filter((job) => job.name === 'exit.qualify')).toHaveLength(raised.length);
    await w.work(jobs);
    await t.expectInvariantsHold();
  });

  it('under a FLATTEN raises that, one by one', async () => {
    const w = await exitWorld(t);
    const trades: string[] = [];
    for (let n = 0; n < 10; n += 1) trades.push(await w.open());
    await t.owner.query(
      `update public.switches set state = 'FLATTEN', reason = 'test', set_at = now() where user_broker_id = $1`,
      [w.account.id],
    );
    const { raised } = await w.raise(...trades.map((trade) => ({ trade_id: trade, last: '90', by: 'BOOK' })));
    expect(raised.map((one) => one.reason)).toEqual(trades.map(() => 'KILL_SWITCH'));
  });
});
