/**
 * The paper broker on a test's database: an engine on the book's own pool, instruments with quotes, simulated time.
 *
 * Entry points: `paperBench` (engine and levers of a database), `paperVenue` (what the conformance suite asks for).
 */
import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '#prisma/tests/harness.ts';
import type { ConformanceVenue } from '#server/broker/conformance.ts';
import { PaperEngine, type PaperTerms } from '#server/broker/paper/engine.ts';
import type { AssetClass, BrokerPort, PlaceOrder } from '#server/broker/port.ts';
import { openPool, withTx } from '#server/db.ts';
import { Decimal, type Numeric } from '#server/money.ts';

/** Longer than the longest latency. */
const AFTER_LATENCY_MS = 200;

export interface PaperInstrument {
  id: string;
  symbol: string;
  assetClass: AssetClass;
}

export interface PaperBench {
  engine: PaperEngine;
  instrument(change?: {
    market?: string;
    assetClass?: AssetClass;
    lot?: string;
    currency?: string;
  }): Promise<PaperInstrument>;
  /** Stores a quote as the feed does and matches against it, at the present moment. */
  quote(instrument: PaperInstrument, bid: Numeric, ask: Numeric, last?: Numeric): Promise<number>;
  /** A fresh account. */
  account(terms?: Partial<PaperTerms>): { id: string; port: BrokerPort };
  order(instrument: PaperInstrument, change?: Partial<PlaceOrder> & { seedKey?: string }): PlaceOrder;
  /** Moves the clock past every latency and delivers. */
  settle(): Promise<number>;
}

let instruments = 0;

export function paperBench(db: TestDatabase): PaperBench {
  const engine = new PaperEngine({ pool: db.paper });
  return {
    engine,
    async instrument(change = {}) {
      instruments += 1;
      const symbol = `PAPER${instruments}`;
      const assetClass = change.assetClass ?? 'CRYPTO';
      const id = await withTx(db.owner, async (client) => {
        await client.query('set local role lockstep_config');
        const { rows } = await client.query<{ id: string }>(
          `insert into public.instruments (symbol, market, asset_class, currency, tick_size, lot_size)
           values ($1, $2, $3, $4, 0.01, $5) returning id`,
          [symbol, change.market ?? 'CRYPTO', assetClass, change.currency ?? 'USD', change.lot ?? '0.01'],
        );
        return rows[0]?.id ?? '';
      });
      return { id, symbol, assetClass };
    },
    async quote(instrument, bid, ask, last = bid) {
      const row = { instrument_id: instrument.id, bid, ask, last, source_time: db.now() };
      await db.worker.query('select * from fn.quotes_put($1::jsonb, null)', [JSON.stringify([row])]);
      return engine.matchSymbol(instrument.id, { bid, ask, last });
    },
    account(terms = {}) {
      const id = randomUUID();
      const all = { currency: 'USD', cash: new Decimal(100_000), ...terms };
      return { id, port: engine.port(id, async () => all) };
    },
    order(instrument, change = {}) {
      return {
        clientOrderId: randomUUID(),
        instrumentId: instrument.id,
        symbol: instrument.symbol,
        assetClass: instrument.assetClass,
        side: 'BUY',
        type: 'MARKET',
        timeInForce: 'GTC',
        qty: new Decimal(10),
        ...change,
      };
    },
    async settle() {
      await db.advanceClock(AFTER_LATENCY_MS);
      return engine.deliverDueFills();
    },
  };
}

/** A fresh account as the conformance suite wants it. */
export async function paperVenue(db: TestDatabase): Promise<ConformanceVenue> {
  const bench = paperBench(db);
  const instrument = await bench.instrument();
  const { id, port } = bench.account({ takerBps: new Decimal(5) });
  await bench.engine.setKnobs({ partialProbability: 0 });
  // the only connection of this pool is taken, so nothing asked of it is ever answered
  const blocked = openPool({
    url: db.url('lockstep_paper'),
    max: 1,
    name: 'slow-venue',
    onError: () => {},
  });
  const taken = await blocked.connect();
  return {
    port,
    instrument: {
      instrumentId: instrument.id,
      symbol: instrument.symbol,
      assetClass: instrument.assetClass,
      qty: new Decimal(10),
      tick: new Decimal('0.01'),
    },
    strange: { instrumentId: randomUUID(), symbol: 'NOSUCH' },
    quote: async (bid, ask) => {
      await bench.quote(instrument, bid, ask);
    },
    settle: async () => {
      await bench.settle();
    },
    fillInParts: (inParts) => bench.engine.setKnobs({ partialProbability: inParts ? 1 : 0 }),
    slow: new PaperEngine({ pool: blocked }).port(id, async () => ({
      currency: 'USD',
      cash: new Decimal(1),
    })),
    dispose: async () => {
      taken.release(true);
      await blocked.end();
    },
  };
}
