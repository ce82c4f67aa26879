import { afterEach, describe, expect, it } from 'vitest';
import type { Row } from '#prisma/tests/factories.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { type Cast, playLedger } from '#prisma/tests/pipeline-ledger.ts';
import { usePipeline } from '#prisma/tests/pipeline-world.ts';
import { Decimal } from '#server/money.ts';

const db = useDatabase();
const pipeline = usePipeline(db);

/** Three accounts of two people, of different size and with different fees, that follow one strategy. */
async function castAt(last: string, instrumentRow: Row = {}, strategy: Row = {}): Promise<Cast> {
  const p = pipeline();
  const source = await p.source(strategy);
  const instrument = await p.instrument(last, instrumentRow);
  const first = await p.account([source], { account: { taker_bps: '5', maker_bps: '2' } });
  const sized = (mode: string, value: string, account: Row, userId?: string) =>
    p.account([source], {
      account,
      subscription: { sizing_mode: mode, sizing_value: value },
      ...(userId ? { userId } : {}),
    });
  const second = await sized('FIXED_NOTIONAL', '400', { fee_minimum: '0.35' }, first.user_id);
  const third = await sized('PERCENT_OF_CAPITAL', '0.3', {});
  return { source, instrument, accounts: [first, second, third] };
}

interface VenueFill {
  trade: string;
  side: 'BUY' | 'SELL';
  qty: string;
  price: string;
  fee: string;
  multiplier: string;
}

/** Result of every trade from the venue's own fills, in exact numbers: cash in − cash out − fees. */
async function resultsByVenue(): Promise<Map<string, Decimal>> {
  const fills = await rowsOf<VenueFill & Record<string, unknown>>(
    db.owner,
    `select o.trade_id as trade, v.side, f.qty::text, f.price::text, f.fee::text, v.multiplier::text
     from paper.fills f join paper.orders v on v.id = f.order_id
     join public.orders o on o.client_order_id = v.client_order_id
     where f.settled_at is not null`,
  );
  const results = new Map<string, Decimal>();
  for (const fill of fills) {
    const cash = new Decimal(fill.qty).times(fill.price).times(fill.multiplier);
    const flow = (fill.side === 'SELL' ? cash : cash.neg()).minus(fill.fee);
    results.set(fill.trade, (results.get(fill.trade) ?? new Decimal(0)).plus(flow));
  }
  return results;
}

/** Trade, tax lots, day and venue agree on every closed trade's result, to the last digit. */
async function expectMoneyExact(): Promise<void> {
  const venue = await resultsByVenue();
  const trades = await rowsOf<Record<'id' | 'account' | 'pnl', string>>(
    db.owner,
    `select id, user_broker_id as account, realized_pnl::text as pnl from public.trades where status = 'CLOSED'`,
  );
  expect(trades.length).toBeGreaterThan(0);
  const byAccount = new Map<string, Decimal>();
  for (const { id, account, pnl } of trades) {
    expect(new Decimal(pnl).toFixed(), id).toBe(venue.get(id)?.toFixed());
    byAccount.set(account, (byAccount.get(account) ?? new Decimal(0)).plus(pnl));
  }
  const books = await rowsOf<Record<'account' | 'lots' | 'daily' | 'cash', string>>(
    db.owner,
    `select b.id as account,
       (select sum(pnl) from public.fifo_allocations a where a.user_broker_id = b.id)::text as lots,
       (select sum(pnl) from public.daily_pnl d where d.user_broker_id = b.id)::text as daily,
       (select cash - opening_cash from paper.accounts a where a.id = b.id)::text as cash
     from public.user_brokers b where b.id = any ($1)`,
    [[...byAccount.keys()]],
  );
  expect(books.length).toBe(byAccount.size);
  for (const { account, ...sums } of books) {
    const result = byAccount.get(account)?.toFixed();
    for (const [name, sum] of Object.entries(sums)) expect(new Decimal(sum).toFixed(), name).toBe(result);
  }
}

afterEach(async () => {
  await pipeline().expectBooksAgree();
  await expectMoneyExact();
});

describe('one alert becomes a closed trade on every subscribed account', () => {
  it('long, and out by its stop', async () => {
    await playLedger(
      pipeline(),
      await castAt('100'),
      `
      alert buy stop=98 target=104   => accepted
      intents                        => NEWBUY EXECUTED 5 | NEWBUY EXECUTED 4 | NEWBUY EXECUTED 3
      trades                         => LONG OPEN 5 | LONG OPEN 4 | LONG OPEN 3
      alert again                    => DUPLICATE
      tick 98.01                     => ·
      tick 97.90                     => 3 × STOP_LOSS
      tick 97.80                     => ·
      trades                         => LONG CLOSED STOP_LOSS -11.04 | LONG CLOSED STOP_LOSS -9.14 | LONG CLOSED STOP_LOSS -6.33
      tick 97.00                     => ·
      `,
    );
  });

  it('long, and out by its target', async () => {
    await playLedger(
      pipeline(),
      await castAt('100'),
      `
      alert buy stop=98 target=104   => accepted
      tick 101 100.90 101.10         => ·
      tick 103.99                    => ·
      tick 104.02                    => 3 × TARGET_HIT
      trades                         => LONG CLOSED TARGET_HIT +19.49 | LONG CLOSED TARGET_HIT +15.30 | LONG CLOSED TARGET_HIT +12.00
      `,
    );
  });

  it('short, and out by its stop', async () => {
    await playLedger(
      pipeline(),
      await castAt('100'),
      `
      alert sell sentiment=short stop=102 target=95 => accepted
      trades                         => SHORT OPEN 5 | SHORT OPEN 4 | SHORT OPEN 3
      tick 101.99                    => ·
      tick 102.30 102.20 102.40      => 3 × STOP_LOSS
      trades                         => SHORT CLOSED STOP_LOSS -12.61 | SHORT CLOSED STOP_LOSS -10.38 | SHORT CLOSED STOP_LOSS -7.26
      `,
    );
  });

  it('short, and out by its target', async () => {
    await playLedger(
      pipeline(),
      await castAt('100'),
      `
      alert sell sentiment=short stop=102 target=95 => accepted
      tick 95.01                     => ·
      tick 94.90 94.80 95.00         => 3 × TARGET_HIT
      trades                         => SHORT CLOSED TARGET_HIT +24.46 | SHORT CLOSED TARGET_HIT +19.26 | SHORT CLOSED TARGET_HIT +14.97
      `,
    );
  });

  it('in parts in and in parts out, on a contract of ten', async () => {
    const p = pipeline();
    const cast = await castAt('20', { multiplier: '10', lot_size: '0.1' });
    await p.engine.setKnobs({ partialProbability: 1 });
    await playLedger(
      p,
      cast,
      `
      alert buy stop=19.5 target=22  => accepted
      sent                           => each BUY MARKET PARTIALLY_FILLED
      fates                          => each LONG OPEN
      tick 20.05                     => ·
      tick 20.10                     => ·
      tick 20.15                     => ·
      trades                         => LONG OPEN 4.8 | LONG OPEN 2 | LONG OPEN 1.5
      tick 19.45                     => 3 × STOP_LOSS
      sent                           => each SELL LIMIT PARTIALLY_FILLED
      tick 19.35                     => ·
      sent                           => each SELL LIMIT PARTIALLY_FILLED
      wait 6s                        => ·
      sent                           => each SELL MARKET PLACED
      tick 19.30                     => ·
      tick 19.25                     => ·
      tick 19.20                     => ·
      tick 19.15                     => ·
      sent                           => each SELL MARKET FILLED
      fates                          => each LONG CLOSED STOP_LOSS
      `,
    );
    await p.engine.setKnobs({ partialProbability: 0 });
  });
});
