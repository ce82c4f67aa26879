import { describe, expect, it } from 'vitest';
import { useDatabase } from '#prisma/tests/harness.ts';

describe('the harness', () => {
  const db = useDatabase();

  it('gives every session the settable clock', async () => {
    const read = async () => (await db.worker.query('select fn.clock() as at')).rows[0].at.toISOString();
    expect(await read()).toBe(db.now());
    await db.advanceClock(60_000);
    expect(await read()).toBe('2026-03-02T15:01:00.000Z');
  });

  it('runs as an owner without superuser rights', async () => {
    const { rows } = await db.owner.query(
      'select rolsuper, rolbypassrls from pg_roles where rolname = current_user',
    );
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false }]);
  });
});
