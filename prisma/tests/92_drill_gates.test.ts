import { describe, expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
import { openTrade, orderWorld } from '#prisma/tests/order-world.ts';

const db = useDatabase();

describe('the gate of the event log', () => {
  it('gives out nothing that an older transaction could still come before', async () => {
    const old = await db.owner.connect();
    const late = await db.owner.connect();
    try {
      const seen = async () =>
        rowsOf<{ data: { n: number } }>(
          db.owner,
          `select data from fn.events_after('0', 0, 1000) where entity = 'gate'`,
        );
      const append = `select fn.event_append(null, 'x', 'gate', null, $1)`;
      await old.query('begin');
      await old.query(append, [{ n: 1 }]);
      await late.query(append, [{ n: 2 }]);
      expect(await seen()).toEqual([]);
      await old.query('commit');
      // transactions of other databases hold the gate too, for as long as they last
      await expect
        .poll(async () => (await seen()).map(({ data }) => data.n), { timeout: 20_000 })
        .toEqual([1, 2]);
    } finally {
      await old.query('rollback').catch(() => undefined);
      old.release();
      late.release();
    }
  });

  it('gives out what came after the cursor, once, in order', async () => {
    const append = `select fn.event_append(null, 'x', 'cursor', null, $1)`;
    for (let n = 0; n < 3; n += 1) await db.owner.query(append, [{ n }]);
    const read = () =>
      rowsOf<{ xid: string; id: string }>(
        db.owner,
        `select xid::text, id from fn.events_after('0', 0, 1000) where entity = 'cursor'`,
      );
    await expect.poll(read, { timeout: 20_000 }).toHaveLength(3);
    const all = await read();

    const rest = await rowsOf(
      db.owner,
      `select id from fn.events_after($1::xid8, $2, 1000) where entity = 'cursor'`,
      [all[0]?.xid, all[0]?.id],
    );
    expect(rest).toHaveLength(2);
  });

  it('holds for changed trades too: what commits late comes with a later read of the trigger book', async () => {
    const { tradeId, instrument } = await (async () => {
      const world = await orderWorld(db);
      return { ...(await openTrade(db, world)), instrument: world.instrument };
    })();
    type Read = { out: { cursor: string; trades: { id: string }[] } };
    const read = async (since: string | null) =>
      (
        (
          await rowsOf<Read>(db.owner, 'select fn.triggers_read(array[$1]::uuid[], $2::xid8) as out', [
            instrument.id,
            since,
          ])
        )[0] as Read
      ).out;
    const changing = await db.owner.connect();
    try {
      await changing.query('begin');
      await changing.query('update public.trades set stop_price = 90 where id = $1', [tradeId]);
      // a younger transaction ends first: what is read next is past the older one's id
      await db.owner.query(`select fn.event_append(null, 'x', 'younger', null, '{}')`);
      const before = await read(null);
      const meanwhile = await read(before.cursor);
      await changing.query('commit');
      const after = await read(meanwhile.cursor);
      expect(after.trades.map(({ id }) => id)).toEqual([tradeId]);
    } finally {
      await changing.query('rollback').catch(() => undefined);
      changing.release();
    }
  });
});
