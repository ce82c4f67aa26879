import { expect, it } from 'vitest';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';
const db = useDatabase();
it('applies', async () => {
  expect(await rowsOf(db.owner, 'select count(*)::int as n from public.users')).toEqual([{ n: 0 }]);
});
