import { beforeEach, describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { type Cast, playLedger } from '#prisma/tests/pipeline-ledger.ts';
import { usePipeline } from '#prisma/tests/pipeline-world.ts';
import { FaultPlan } from '#server/broker/faults.ts';
import { FaultyBroker } from '#server/broker/faulty.ts';

const db = useDatabase();
const plan = new FaultPlan();
const pipeline = usePipeline(db, { broker: (port) => new FaultyBroker(port, plan) });

beforeEach(() => plan.heal());

async function oneAccount(): Promise<Cast> {
  const p = pipeline();
  const source = await p.source();
  return { source, instrument: await p.instrument('100'), accounts: [await p.account([source])] };
}

/** Every order of the instrument: ours, how often it was sent, how many the venue has of it, and its way. */
const histories = (cast: Cast) =>
  rowsOf(
    db.owner,
    `select o.kind, o.status, o.attempt,
       (select count(*)::int from paper.orders v where v.client_order_id = o.client_order_id) as "atVenue",
       (select string_agg(e.to_status, ' ' order by e.id) from public.order_events e where e.order_id = o.id) as way
     from public.orders o where o.instrument_id = $1 order by o.created_at, o.id`,
    [cast.instrument.id],
  );

const told = (kind: 'ENTRY' | 'EXIT', attempt: number, way: string) => ({
  ...{ kind, status: 'FILLED', attempt, atVenue: 1, way },
});

describe('an order whose answer is lost after the broker took it', () => {
  it('is UNKNOWN until the broker was asked, and is one order at the venue: entry and exit', async () => {
    const p = pipeline();
    const cast = await oneAccount();
    plan.next('place', 'LOST_ANSWER');
    await playLedger(
      p,
      cast,
      `
      alert buy stop=98 => accepted
      orders            => BUY MARKET FILLED 5/5
      trades            => LONG OPEN 5
      `,
    );
    plan.next('place', 'LOST_ANSWER');
    await playLedger(
      p,
      cast,
      `
      tick 97.9         => STOP_LOSS
      tick 97.8         => ·
      trades            => LONG CLOSED STOP_LOSS -10.55
      `,
    );
    expect(await histories(cast)).toEqual([
      told('ENTRY', 1, 'CREATED SUBMITTING UNKNOWN PLACED FILLED'),
      told('EXIT', 1, 'CREATED SUBMITTING UNKNOWN PLACED FILLED'),
    ]);
    await p.expectBooksAgree();
  });

  it('is not sent again while the broker does not answer, however long that takes', async () => {
    const p = pipeline();
    const cast = await oneAccount();
    // the stream tells nothing either: only asking helps
    await p.streams.stop();
    plan.next('place', 'LOST_ANSWER');
    plan.always('getOrder', 'LOST_ANSWER');
    plan.always('listFills', 'LOST_ANSWER');
    await playLedger(
      p,
      cast,
      `
      alert buy stop=98 => accepted
      wait 5s           => ·
      wait 30s          => ·
      wait 60s          => ·
      orders            => BUY MARKET UNKNOWN 0/5
      `,
    );
    plan.heal();
    await playLedger(
      p,
      cast,
      `
      wait 60s          => ·
      wait 60s          => ·
      trades            => LONG OPEN 5
      tick 100          => ·
      alert exit        => accepted, SIGNAL_EXIT
      orders            => SELL LIMIT PLACED 0/5
      wait 31s          => ·
      fates             => LONG CLOSED SIGNAL_EXIT
      `,
    );
    await p.streams.sync();
    expect(await histories(cast)).toEqual([
      told('ENTRY', 1, 'CREATED SUBMITTING UNKNOWN FILLED'),
      told('EXIT', 1, 'CREATED SUBMITTING PLACED CANCEL_REQUESTED FILLED'),
    ]);
    await p.expectBooksAgree();
  });
});

describe('an order that never reached the broker', () => {
  it('is proven absent, then sent again under the same id', async () => {
    const p = pipeline();
    const cast = await oneAccount();
    plan.next('place', 'LOST_REQUEST');
    await playLedger(
      p,
      cast,
      `
      alert buy stop=98 => accepted
      orders            => BUY MARKET FILLED 5/5
      alert exit        => accepted, SIGNAL_EXIT
      fates             => LONG CLOSED SIGNAL_EXIT
      `,
    );
    expect(await histories(cast)).toEqual([
      told('ENTRY', 2, 'CREATED SUBMITTING UNKNOWN SUBMITTING PLACED FILLED'),
      told('EXIT', 1, 'CREATED SUBMITTING PLACED FILLED'),
    ]);
    await p.expectBooksAgree();
  });
});
