import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '#prisma/tests/factories.ts';
import { useDatabase } from '#prisma/tests/harness.ts';
import { insertEntries } from '#prisma/tests/order-many.ts';
import { fill, orderWorld, record } from '#prisma/tests/order-world.ts';

const db = useDatabase();

/** One event of an order's life: what the broker reports or fills, or our own wish to cancel. */
type Happening = { report: Row } | { fill: Row & { n: number } } | 'cancel';

const report = (outcome: string, more: Row = {}): Happening => ({ report: { outcome, ...more } });
const filled = (n: number, qty: string, price: string): Happening => ({
  fill: { n, qty, price, fee: '0.5' },
});

/** Everything that happens at one step to many orders, each kind in one call. */
async function step(happenings: Happening[], ids: string[]): Promise<void> {
  const reports: Row[] = [];
  const fills: Row[] = [];
  const cancels: string[] = [];
  for (const [index, happening] of happenings.entries()) {
    const id = ids[index] as string;
    if (happening === 'cancel') cancels.push(id);
    else if ('report' in happening)
      reports.push({ order_id: id, broker_order_id: `b-${id}`, ...happening.report });
    else fills.push({ order_id: id, broker_fill_id: `${id}-${happening.fill.n}`, ...happening.fill });
  }
  if (reports.length > 0) await record(db, ...reports);
  if (fills.length > 0) await fill(db, ...fills);
  await db.owner.query(`select fn.order_cancel_request(id, '{"code": "TEST"}') from unnest($1::uuid[]) id`, [
    cancels,
  ]);
}

/** Plays each life on a fresh order of 10 that was just sent; says where each ended. */
async function play(lives: Happening[][]): Promise<unknown[]> {
  const world = await orderWorld(db);
  const entries = await insertEntries(db, world, lives.length, { claimed: true });
  const ids = entries.map((entry) => entry.orderId);
  for (let at = 0; at < (lives[0]?.length ?? 0); at += 1) {
    await step(
      lives.map((life) => life[at] as Happening),
      ids,
    );
  }
  // Why it ended may differ (a cancel asked for after the end is not its cause), and so may the times.
  const { rows } = await db.owner.query(
    `select o.status, o.filled_qty, o.overfill_qty, o.filled_value, o.fees, o.broker_order_id = 'b-' || o.id as known,
       t.status as trade, t.open_qty, t.entry_value, t.entry_fees, t.stop_price, t.hard_stop_price, i.status as intent
     from public.orders o join public.trades t on t.id = o.trade_id join public.trade_intents i on i.id = o.trade_intent_id
     where o.id = any ($1) order by array_position($1, o.id)`,
    [ids],
  );
  return rows;
}

async function expectOneEnd(lives: Happening[][], end: object): Promise<void> {
  const [first, ...others] = await play(lives);
  expect(first).toMatchObject(end);
  for (const [index, other] of others.entries())
    expect({ life: lives[index + 1], end: other }).toEqual({ life: lives[index + 1], end: first });
  await db.expectInvariantsHold();
}

/** Every order of the events; repeated events are alike, so their orders are not told apart. */
function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const key = JSON.stringify(item);
    if (seen.has(key)) return [];
    seen.add(key);
    return permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]);
  });
}

describe('a life of six events ends the same in every one of its orders', () => {
  it('accepted, three fills, a cancel that comes too late, and its confirmation: filled', async () => {
    await expectOneEnd(
      permutations([
        report('ACCEPTED', { attempt: 1 }),
        filled(1, '3', '100'),
        filled(2, '3', '101'),
        'cancel',
        report('CANCELLED'),
        filled(3, '4', '99'),
      ]),
      { status: 'FILLED', trade: 'OPEN', intent: 'EXECUTED', known: true, open_qty: '10.000000000000' },
    );
  });

  it('accepted, two fills each told twice, and an expiry: expired with what was filled', async () => {
    await expectOneEnd(
      permutations([
        report('ACCEPTED', { attempt: 1 }),
        filled(1, '2', '100'),
        filled(1, '2', '100'),
        filled(2, '5', '98'),
        filled(2, '5', '98'),
        report('EXPIRED'),
      ]),
      { status: 'EXPIRED', trade: 'OPEN', intent: 'EXECUTED', known: true, open_qty: '7.000000000000' },
    );
  });

  it('an answer that was lost, a lookup that finds the order, a cancel and a last fill: cancelled with the fill', async () => {
    await expectOneEnd(
      permutations([
        report('ACCEPTED', { attempt: 1 }),
        report('OPEN'),
        'cancel',
        report('LOST', { attempt: 1 }),
        report('CANCELLED'),
        filled(1, '4', '100'),
      ]),
      { status: 'CANCELLED', trade: 'OPEN', intent: 'EXECUTED', known: true, open_qty: '4.000000000000' },
    );
  });

  it('whatever else the events are, random lives of six end like their sorted selves', async () => {
    const event = fc.constantFrom<Happening>(
      report('ACCEPTED', { attempt: 1 }),
      report('OPEN'),
      'cancel',
      filled(1, '1', '100'),
      filled(2, '2', '90'),
      filled(3, '7', '110'),
      filled(4, '3', '105'),
    );
    const life = fc
      .array(event, { minLength: 5, maxLength: 5 })
      .map((events) => [...events, report('CANCELLED')]);
    for (const events of fc.sample(life, { numRuns: 12, seed: 7 })) {
      const [first, ...others] = await play(
        fc.sample(fc.shuffledSubarray(events, { minLength: 6, maxLength: 6 }), { numRuns: 12, seed: 11 }),
      );
      for (const other of others) expect(other).toEqual(first);
    }
    await db.expectInvariantsHold();
  });
});
