/**
 * Whom a drill's alerts are for: strategies with a webhook, accounts that follow them, pairs that trade around the clock.
 *
 * Entry point: makeWorld. Limits that would refuse entries are taken away: what a drill sends must become orders.
 */
import {
  insertAccount,
  insertInstrument,
  insertStrategy,
  insertSubscription,
  insertUser,
  insertWebhookSource,
  putQuote,
} from '#prisma/tests/factories.ts';
import { one, type Pool } from '#server/db.ts';

export interface DrillStrategy {
  id: string;
  userId: string;
  token: string;
  accounts: string[];
}

export interface World {
  strategies: DrillStrategy[];
  instruments: { id: string; symbol: string }[];
}

export interface WorldOptions {
  strategies?: number;
  /** Accounts that follow each strategy, all its own. */
  followers?: number;
  instruments?: number;
}

/** Writes the world as the owner. Quotes are put once; from then on a worker's simulated feed moves them. */
export async function makeWorld(db: Pool, options: WorldOptions = {}): Promise<World> {
  const { strategies = 1, followers = 3, instruments = 4 } = options;
  await db.query('delete from public.risk_limits');
  await db.query(`insert into public.switches (scope) values ('PLATFORM') on conflict do nothing`);
  const { now } = await one<{ now: Date }>(db, 'select clock_timestamp() as now');
  const world: World = { strategies: [], instruments: [] };
  for (let n = 0; n < instruments; n += 1) {
    const { id, symbol } = await insertInstrument(db);
    await putQuote(db, id, `${50 + 5 * n}`, now.toISOString());
    world.instruments.push({ id, symbol });
  }
  for (let n = 0; n < strategies; n += 1) {
    const owner = await insertUser(db);
    const strategy = await insertStrategy(db, owner.id, { visibility: 'SHARED' });
    const { token } = await insertWebhookSource(db, strategy, {
      entries_per_minute: 600_000,
      entries_burst: 100_000,
    });
    const accounts: string[] = [];
    for (let f = 0; f < followers; f += 1) {
      const user = f === 0 ? owner : await insertUser(db);
      const account = await insertAccount(db, user.id, { capital: '10000000' });
      await insertSubscription(db, account, strategy.id, {
        sizing_mode: 'FIXED_QTY',
        sizing_value: '1',
        rebuys: true,
      });
      accounts.push(account.id);
    }
    world.strategies.push({ id: strategy.id, userId: owner.id, token, accounts });
  }
  return world;
}
