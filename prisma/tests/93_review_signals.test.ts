import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { exitWorld } from '#prisma/tests/exit-world.ts';
import { insertWebhookSource, type Row } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { sha256 } from '#server/crypto.ts';
import { one, withTx } from '#server/db.ts';
import { applySignals } from '#server/pipeline/1-signal/apply-signal.ts';
import { acceptItems } from '#server/pipeline/1-signal/store.ts';

const db = useDatabase();

async function head() {
  const w = await exitWorld(db);
  await db.owner.query(`update public.strategies set sides = 'BOTH' where id = $1`, [w.strategy.id]);
  const { token } = await insertWebhookSource(db.owner, w.strategy);
  const item = (row: Row) => ({
    token_hash: sha256(token).toString('hex'),
    request_id: 'test',
    elapsed_us: 1,
    body_hash: 'aa',
    key: randomBytes(6).toString('hex'),
    symbol: w.instrument.symbol,
    action: 'ENTRY',
    direction: 'LONG',
    ...row,
  });
  return { ...w, item };
}

const accept = (...items: Parameters<typeof acceptItems>[1]) =>
  withTx(db.web, (client) => acceptItems(client, items));
const apply = (id: string) =>
  applySignals({ pool: db.worker, queue: { enqueue: async () => undefined } }, [id]);
const statusOf = async (id: string) =>
  (await one<{ status: string }>(db.owner, 'select status from public.signals where id = $1', [id])).status;
const idOf = (answer: { signalId: string | null } | undefined): string => {
  if (!answer?.signalId) throw new Error(`not accepted: ${JSON.stringify(answer)}`);
  return answer.signalId;
};

it('an entry accepted in a batch is superseded by a newer one that comes alone', async () => {
  const [a, b] = [await head(), await head()];
  const [first] = await accept(a.item({}), b.item({}));
  await db.advanceClock(1_000);
  const [second] = await accept(a.item({}));
  expect(second?.jobs.map((job) => job.name)).toEqual(['signal.apply']);
  await apply(idOf(second));
  expect(await statusOf(idOf(first))).toBe('SUPERSEDED');
});

it('a reversal that nobody could apply in time opens nothing, and still gets its opposite trade out', async () => {
  const w = await head();
  const trade = await w.open();
  const [reversal] = await accept(w.item({ direction: 'SHORT' }));
  await db.advanceClock(900_000);
  await db.worker.query('select fn.signals_expire()');
  await apply(idOf(reversal));
  expect(await w.tradeOf(trade)).toMatchObject({ exit_wish_reason: 'SIGNAL_EXIT' });
  await db.worker.query('select fn.signals_expire()');
  expect(await statusOf(idOf(reversal))).toBe('EXPIRED');
});

it('an entry that was not applied is asked to be applied by the stuck sweep, not fanned out before', async () => {
  const w = await head();
  await w.open();
  const [reversal] = await accept(w.item({ direction: 'SHORT' }));
  const id = idOf(reversal);
  await db.advanceClock(31_000);
  const { out } = await one<{ out: { jobs: { name: string; id: string }[] } }>(
    db.worker,
    'select fn.stuck_sweep() as out',
  );
  expect(out.jobs.filter((job) => job.id === id).map((job) => job.name)).toEqual(['signal.apply']);
});
