/** One tick that crosses 10,000 stops, to durable exit intents, against the same rows by a bare INSERT … ON CONFLICT. */
import { one, type Pool } from '#server/db.ts';
import { QuoteWatch } from '#server/pipeline/7-exit/watch-quotes.ts';
import { inTurn, mustEqual, soon } from '../measure.ts';
import { newOpenTrades } from '../open-trades.ts';
import { openPipeline } from '../pipeline.ts';
import { figure, type Row } from '../row.ts';
import { newFollowers, newInstruments, newStrategy, quoteAt } from '../world.ts';

const TRADES = 10_000;
const ROUNDS = 3;

/** Both rows of an exit: an intent cannot stand without its signal. */
const BY_HAND = `
  with s as (
    insert into public.exit_signals (trade_id, user_id, user_broker_id, instrument_id, exit_reason, episode_id,
      trigger_price, market_price, detected_by, cooldown_ms, occurred_at, recorded_at)
    select t.id, t.user_id, t.user_broker_id, t.instrument_id, 'STOP_LOSS', 1, t.stop_price, 94, 'BOOK', 30000, now(), now()
    from public.trades t where t.instrument_id = $1 and t.status = 'OPEN' order by t.id
    on conflict do nothing returning *
  )
  insert into public.exit_intents (exit_signal_id, trade_id, user_id, user_broker_id, instrument_id, exit_reason, rank,
    order_type, rest_seconds, rest_then, created_at)
  select s.id, s.trade_id, s.user_id, s.user_broker_id, s.instrument_id, s.exit_reason, 5, 'LIMIT', 5, 'MARKET', now()
  from s order by s.trade_id
  on conflict do nothing`;

export const stops: Row = {
  name: 'stops',
  about: 'one tick that crosses 10,000 stops, to 10,000 durable exit intents',
  run: async (server) => {
    const db = await server.database();
    const strategy = await newStrategy(db.owner);
    const accounts = await newFollowers(db.owner, strategy.id, TRADES);
    const instruments = await newInstruments(db.owner, 2 * ROUNDS);
    for (const instrument of instruments)
      await newOpenTrades(db.owner, {
        accounts,
        strategyId: strategy.id,
        instruments: [instrument],
        perAccount: 1,
        stop: 95,
      });
    await db.settle();
    const pipeline = await openPipeline(db);
    const watch = new QuoteWatch(pipeline.ctx);
    const at = (n: number): string => instruments[n]?.id ?? '';

    const ours = async (round: number): Promise<number> => {
      const id = at(2 * round);
      watch.onGained(id);
      await watch.sync();
      await quoteAt(db.owner, [id], 94);
      await db.settle();
      await quoteAt(db.owner, [id], 94);
      const began = performance.now();
      await soon(watch.onTicks(id, [{ last: 94, at: Date.now() }]), 120_000, 'the exits of one tick');
      const took = performance.now() - began;
      mustEqual(await intentsOf(db.owner, id), TRADES, 'exit intents');
      watch.onLost(id);
      return took;
    };
    const byHand = async (round: number): Promise<number> => {
      const id = at(2 * round + 1);
      await db.settle();
      const began = performance.now();
      await db.owner.query(BY_HAND, [id]);
      const took = performance.now() - began;
      mustEqual(await intentsOf(db.owner, id), TRADES, 'exit intents by hand');
      return took;
    };
    const measured = await inTurn(ROUNDS, ours, byHand);
    await watch.stop();
    await pipeline.stop();
    await db.checkInvariants();
    await db.drop();
    return [
      figure({
        name: 'one tick across 10,000 stops',
        unit: 'ms',
        ours: measured.ours,
        reference: measured.reference,
        goal: '≤ 4×',
        reached: (ratio) => ratio <= 4,
        note: `${measured.spread}; ours also writes events and ${TRADES} jobs`,
      }),
    ];
  },
};

async function intentsOf(db: Pool, instrument: string): Promise<number> {
  const { n } = await one<{ n: number }>(
    db,
    `select count(distinct x.trade_id)::int as n from public.exit_intents x
     where x.instrument_id = $1 and x.status = 'PENDING'`,
    [instrument],
  );
  return n;
}
