/**
 * The brokers' streams: one per trading account, opened when the account appears and closed when it is gone. Several workers may
 * listen to the same account: a fill counts once, whoever hears it. Entry point: BrokerStreams.
 */
import type { StreamHandle } from '#server/broker/port.ts';
import type { Account } from '#server/pipeline/4-order/call-broker.ts';
import { watchAccount } from '#server/pipeline/5-fill/watch-account.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';

export class BrokerStreams {
  readonly #ctx: PipelineContext;
  readonly #open = new Map<string, StreamHandle>();

  constructor(ctx: PipelineContext) {
    this.#ctx = ctx;
  }

  /** Opens what is missing and closes what is gone; a broker that cannot be reached is tried again at the next call. */
  sync = async (): Promise<void> => {
    const { rows } = await this.#ctx.pool.query<Account>(
      "select id as user_broker_id, broker from public.user_brokers where role = 'EXEC' order by id",
    );
    const wanted = new Set(rows.map((row) => row.user_broker_id));
    for (const [id, handle] of this.#open) if (!wanted.has(id)) await this.#close(id, handle);
    for (const account of rows) if (!this.#open.has(account.user_broker_id)) await this.#watch(account);
  };

  async stop(): Promise<void> {
    for (const [id, handle] of this.#open) await this.#close(id, handle);
  }

  async #watch(account: Account): Promise<void> {
    try {
      this.#open.set(account.user_broker_id, await watchAccount(this.#ctx, account));
    } catch (error) {
      this.#ctx.log.warn(
        { err: error, user_broker_id: account.user_broker_id },
        'no stream for this account yet',
      );
    }
  }

  async #close(id: string, handle: StreamHandle): Promise<void> {
    this.#open.delete(id);
    await handle.close();
  }
}
