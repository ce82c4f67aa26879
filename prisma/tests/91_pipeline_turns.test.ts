import { afterEach, describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { type Cast, playLedger } from '#prisma/tests/pipeline-ledger.ts';
import { usePipeline } from '#prisma/tests/pipeline-world.ts';

const SATURDAY = '2026-03-07T15:00:00.000Z';
const FRIDAY_NOON = '2026-03-06T17:00:00.000Z';
/** New York opens at 13:30 UTC: its summer time began the day before. */
const MONDAY_OPEN = '2026-03-09T13:30:00.000Z';
const MONDAY_BEFORE_OPEN = '2026-03-09T13:29:30.000Z';

const db = useDatabase();
const pipeline = usePipeline(db);

afterEach(() => pipeline().expectBooksAgree());

/** Two accounts on one strategy; `subscription` goes into both. */
async function castAt(
  last: string,
  rows: { instrument?: object; subscription?: object } = {},
): Promise<Cast> {
  const p = pipeline();
  const source = await p.source();
  const instrument = await p.instrument(last, { ...rows.instrument });
  const accounts = [
    await p.account([source], { subscription: { ...rows.subscription } }),
    await p.account([source], { subscription: { sizing_value: '3', ...rows.subscription } }),
  ];
  return { source, instrument, accounts };
}

describe('a reversal', () => {
  it('closes the trade first, and opens the other way once it is closed', async () => {
    const p = pipeline();
    const cast = await castAt('100');
    await playLedger(
      p,
      cast,
      `
      alert buy                          => accepted
      trades                             => LONG OPEN 5 | LONG OPEN 3
      tick 101                           => ·
      alert sell sentiment=short         => accepted, 2 × SIGNAL_EXIT
      trades                             => SHORT OPEN 5 | SHORT OPEN 3
      tick 100                           => ·
      alert buy sentiment=long           => accepted, 2 × SIGNAL_EXIT
      trades                             => LONG OPEN 5 | LONG OPEN 3
      tick 101                           => ·
      alert exit                         => accepted, 2 × SIGNAL_EXIT
      fates                              => each LONG CLOSED SIGNAL_EXIT
      `,
    );
    const overlaps = await rowsOf(
      db.owner,
      `select a.id from public.trades a join public.trades b on b.user_broker_id = a.user_broker_id
         and b.instrument_id = a.instrument_id and b.id > a.id and b.direction <> a.direction and b.opened_at < a.closed_at
       where a.instrument_id = $1`,
      [cast.instrument.id],
    );
    expect(overlaps).toEqual([]);
  });
});

describe('a reversal of what is only on its way', () => {
  it('withdraws the resting entry, then opens the other way', async () => {
    await playLedger(
      pipeline(),
      await castAt('100'),
      `
      alert buy limit_price=99 stop=95 => accepted
      fates                            => each LONG ENTERING
      alert sell sentiment=short       => accepted
      trades                           => SHORT OPEN 5 | SHORT OPEN 3
      tick 98.9                        => ·
      trades                           => SHORT OPEN 5 | SHORT OPEN 3
      tick 90 89.9 90.1                => ·
      alert buy market_position=flat   => accepted, 2 × SIGNAL_EXIT
      fates                            => each SHORT CLOSED SIGNAL_EXIT
      `,
    );
  });
});

describe('a reduce alert', () => {
  it('closes its share on every account, down to the lot, and the rest goes on', async () => {
    await playLedger(
      pipeline(),
      await castAt('100', { instrument: { lot_size: '1' } }),
      `
      alert buy stop=90                                             => accepted
      trades                                                        => LONG OPEN 5 | LONG OPEN 3
      tick 102                                                      => ·
      alert sell sentiment=long quantity=40 market_position_size=60 => accepted, 2 × SIGNAL_EXIT
      trades                                                        => LONG OPEN 3 | LONG OPEN 2
      alert again                                                   => DUPLICATE
      trades                                                        => LONG OPEN 3 | LONG OPEN 2
      wait 31s                                                      => ·
      tick 102.5                                                    => ·
      alert sell sentiment=long quantity=1 market_position_size=9   => accepted
      trades                                                        => LONG OPEN 3 | LONG OPEN 2
      alert sell market_position=flat                               => accepted, 2 × SIGNAL_EXIT
      fates                                                         => each LONG CLOSED SIGNAL_EXIT
      `,
    );
  });
});

describe('an exit alert while the entry still works', () => {
  it('withdraws an entry that rests, and nothing was traded', async () => {
    await playLedger(
      pipeline(),
      await castAt('100'),
      `
      alert buy limit_price=99.5 stop=95 => accepted
      fates                              => each LONG ENTERING
      orders                             => BUY LIMIT PLACED 0/5 | BUY LIMIT PLACED 0/3
      alert exit                         => accepted
      orders                             => BUY LIMIT CANCELLED 0/5 | BUY LIMIT CANCELLED 0/3
      fates                              => each LONG CANCELLED
      intents                            => each NEWBUY FAILED SIGNAL
      tick 99.4                          => ·
      fates                              => each LONG CANCELLED
      `,
    );
  });

  it('withdraws the rest of one that is partly filled, and closes what was bought', async () => {
    const p = pipeline();
    const cast = await castAt('100', {
      subscription: { sizing_mode: 'FIXED_NOTIONAL', sizing_value: '900' },
    });
    await p.engine.setKnobs({ partialProbability: 1 });
    await playLedger(
      p,
      cast,
      `
      alert buy limit_price=100.5 stop=95 => accepted
      sent                                => each BUY LIMIT PARTIALLY_FILLED
      fates                               => each LONG OPEN
      tick 101                            => ·
      sent                                => each BUY LIMIT PARTIALLY_FILLED
      `,
    );
    await p.engine.setKnobs({ partialProbability: 0 });
    await playLedger(
      p,
      cast,
      `
      alert exit => accepted, 2 × SIGNAL_EXIT
      fates      => each LONG CLOSED SIGNAL_EXIT
      tick 99.4  => ·
      fates      => each LONG CLOSED SIGNAL_EXIT
      `,
    );
    const entries = await rowsOf(
      db.owner,
      `select status, filled_qty > 0 and filled_qty < qty as partly from public.orders where instrument_id = $1 and kind = 'ENTRY'`,
      [cast.instrument.id],
    );
    expect(entries).toEqual(Array(2).fill({ status: 'CANCELLED', partly: true }));
  });
});

describe('over a weekend', () => {
  it('what trades around the clock trades, an equity entry is refused in a sentence, and an exit waits for the open', async () => {
    const p = pipeline();
    const stock = { market: 'XNYS', asset_class: 'EQUITY', lot_size: '1' };
    const source = await p.source();
    const accounts = [await p.account([source]), await p.account([source])];
    await db.setClock(FRIDAY_NOON);
    const held = { source, accounts, instrument: await p.instrument('50', stock) };
    await playLedger(
      p,
      held,
      `
      alert buy stop=45 => accepted
      trades            => each LONG OPEN 5
      `,
    );

    await db.setClock(SATURDAY);
    await p.sweep();
    const coin = { source, accounts, instrument: await p.instrument('100') };
    await playLedger(
      p,
      coin,
      `
      alert buy stop=98 target=103 => accepted
      trades                       => each LONG OPEN 5
      tick 103.1                   => 2 × TARGET_HIT
      fates                        => each LONG CLOSED TARGET_HIT
      `,
    );
    const closed = { source, accounts, instrument: await p.instrument('20', stock) };
    await playLedger(
      p,
      closed,
      `
      alert buy stop=19 => accepted
      intents           => each NEWBUY REJECTED MARKET_CLOSED
      fates             => each ·
      `,
    );
    const said = await rowsOf<{ text: string }>(
      db.owner,
      `select distinct inputs ->> 'text' as text from public.trade_intents where instrument_id = $1`,
      [closed.instrument.id],
    );
    expect(said.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Refused: the market XNYS is closed/),
    ]);

    await playLedger(
      p,
      held,
      `
      alert exit => accepted, 2 × SIGNAL_EXIT
      fates      => each LONG OPEN
      wait 60s   => ·
      fates      => each LONG OPEN
      `,
    );
    const waiting = await rowsOf(
      db.owner,
      `select status, waits_for from public.exit_intents where instrument_id = $1`,
      [held.instrument.id],
    );
    expect(waiting).toEqual(Array(2).fill({ status: 'PENDING', waits_for: 'MARKET_CLOSED' }));

    await db.setClock(MONDAY_BEFORE_OPEN);
    await playLedger(
      p,
      held,
      `
      tick 48   => ·
      wait 29s  => ·
      fates     => each LONG OPEN
      wait 1s   => ·
      tick 47.5 => ·
      wait 1s   => ·
      fates     => each LONG CLOSED SIGNAL_EXIT
      `,
    );
    const early = await rowsOf(
      db.owner,
      `select id from public.orders where instrument_id = $1 and kind = 'EXIT' and submitted_at < $2`,
      [held.instrument.id, MONDAY_OPEN],
    );
    expect(early).toEqual([]);
  });
});
