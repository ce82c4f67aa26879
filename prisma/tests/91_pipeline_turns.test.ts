import { afterEach, describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { type Cast, playLedger } from '#prisma/tests/pipeline-ledger.ts';
import { usePipeline } from '#prisma/tests/pipeline-world.ts';

const SATURDAY = '2026-03-07T15:00:00.000Z';
const FRIDAY_NOON = '2026-03-06T17:00:00.000Z';
/** New York opens at 13:30 UTC: its summer time began the day before. */
const MONDAY_BEFORE_OPEN = '2026-03-09T13:29:30.000Z';

const db = useDatabase();
const pipeline = usePipeline(db);

afterEach(() => pipeline().expectBooksAgree());

/** Two accounts on one strategy; `subscription` goes into both. */
async function castAt(last: string, rows: { instrument?: object; subscription?: object } = {}): Promise<Cast> {
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
