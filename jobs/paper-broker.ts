/**
 * The paper broker inside a worker: its engine over its own pool, the accounts' terms, and the clockwork that lets due fills
 * happen. Entry points: paperTerms, startPaperClock.
 */
import type { Logger } from 'pino';
import type { PaperEngine, PaperTerms } from '#server/broker/paper/engine.ts';
import { one, type Pool } from '#server/db.ts';
import { decimal } from '#server/money.ts';
import { pause } from './sweeper.ts';

/** Between two looks at what is due (ms): well below the broker's own latency of 20–80 ms. */
const TICK_MS = 15;

/** The terms on which an account's book is opened: its capital as cash, its fee schedule. Throws for an unknown account. */
export async function paperTerms(pool: Pool, accountId: string): Promise<PaperTerms> {
  const row = await one<
    Record<
      | 'currency'
      | 'capital'
      | 'maker_bps'
      | 'taker_bps'
      | 'fee_per_share'
      | 'fee_per_contract'
      | 'fee_minimum',
      string
    >
  >(
    pool,
    `select currency, capital, maker_bps, taker_bps, fee_per_share, fee_per_contract, fee_minimum
     from public.user_brokers where id = $1`,
    [accountId],
  );
  return {
    currency: row.currency,
    cash: decimal(row.capital),
    makerBps: decimal(row.maker_bps),
    takerBps: decimal(row.taker_bps),
    feePerShare: decimal(row.fee_per_share),
    feePerContract: decimal(row.fee_per_contract),
    feeMinimum: decimal(row.fee_minimum),
  };
}

/** Delivers due fills until stopped. */
export function startPaperClock(engine: PaperEngine, log: Logger): () => Promise<void> {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      const told = await engine.deliverDueFills().catch((error: unknown) => {
        log.error({ err: error }, 'the paper broker could not deliver its fills');
        return 0;
      });
      if (told === 0) await pause(TICK_MS, stop.signal);
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}
