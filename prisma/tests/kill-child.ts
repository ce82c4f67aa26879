/**
 * A worker of its own that sends one order and ends itself by SIGKILL at a given point. argv: worker URL, paper URL,
 * account, order id, point (a `KillPoint` of 75_kill_drills.test.ts).
 */
import { pino } from 'pino';
import { PaperEngine } from '#server/broker/paper/engine.ts';
import { accountTerms } from '#server/broker/paper/terms.ts';
import type { BrokerPort } from '#server/broker/port.ts';
import { createRegistry } from '#server/broker/registry.ts';
import { openPool, type Pool } from '#server/db.ts';
import { placeOrders } from '#server/pipeline/4-order/place-order.ts';
import { applyFills } from '#server/pipeline/5-fill/apply-fill.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';

const [workerUrl = '', paperUrl = '', account = '', orderId = '', point = ''] = process.argv.slice(2);

async function dieAt(here: string): Promise<void> {
  if (here !== point) return;
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
}

const poolOf = (url: string): Pool =>
  openPool({ url, max: 4, name: 'kill-child', settings: { 'lockstep.test_clock': 'on' }, onError: () => {} });

const worker = poolOf(workerUrl);
const engine = new PaperEngine({ pool: poolOf(paperUrl) });
const port = engine.port(account, () => accountTerms(worker, account));
const dying: BrokerPort = Object.assign(Object.create(port) as BrokerPort, {
  place: async (...args: Parameters<BrokerPort['place']>) => {
    await dieAt('CLAIMED');
    const outcome = port.place(...args);
    if (point === 'CALLING') setImmediate(() => dieAt('CALLING'));
    await outcome;
    await dieAt('ACCEPTED');
    return outcome;
  },
});
const ctx: PipelineContext = {
  pool: worker,
  queue: { enqueue: async () => {} },
  log: pino({ level: 'silent' }),
  brokers: createRegistry('PAPER', Object.fromEntries([['PAPER', () => dying]])),
  worker: 'kill-child',
};

await dieAt('BEGUN');
await placeOrders(ctx, [orderId]);
await dieAt('RECORDED');
await port.stream({
  onFill: async (fill) => {
    await dieAt('FILL_HEARD');
    await applyFills(ctx, account, [fill], 'STREAM');
    await dieAt('FILL_APPLIED');
  },
  onOrder: () => {},
  onGap: () => {},
});
while ((await engine.deliverDueFills()) === 0);
