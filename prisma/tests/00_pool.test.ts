/** What must not end a process: connections lost at the worst moment. */
import { afterAll, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';
import { onEnd, openPool, withTx } from '#server/db.ts';

const t = useDatabase();
const lost: Error[] = [];
const pools: ReturnType<typeof openPool>[] = [];
const open = () => {
  const pool = openPool({
    url: t.url('lockstep_worker'),
    max: 2,
    name: 'pool-test',
    onError: (e) => lost.push(e),
  });
  pools.push(pool);
  return pool;
};
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

it('a connection that reports its end before anybody listens to it ends nothing', async () => {
  const client = await open().connect();
  expect(() => client.emit('error', new Error('terminated'))).not.toThrow();
  client.release(true);
});

it('a backend that is ended between two statements fails its transaction, and the next one works', async () => {
  const pool = open();
  const broken = withTx(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await client.query('select 1');
  });
  await expect(broken).rejects.toThrow();
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

it('what waits for the end of a transaction hears whether it was committed', async () => {
  const pool = open();
  const heard: boolean[] = [];
  await withTx(pool, async (client) => {
    expect(onEnd(client, (committed) => heard.push(committed))).toBe(true);
    expect(heard).toEqual([]);
  });
  const undone = withTx(pool, async (client) => {
    onEnd(client, (committed) => heard.push(committed));
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(heard).toEqual([true, false]);
  const loose = await pool.connect();
  expect(onEnd(loose, () => heard.push(true))).toBe(false);
  loose.release();
});
