import { expect, it } from 'vitest';
import { seedDemo } from '#prisma/seed.ts';
import { rowsOf, useDatabase } from '#prisma/tests/harness.ts';

const db = useDatabase({ clock: null });

it('the demo is seeded twice with the same rows, each user and account with its switch', async () => {
  const derive = (purpose: string) => `${purpose}-0123456789012345678901234567890123456789`.slice(0, 60);
  await seedDemo(db.url('owner'), derive);
  const count = () =>
    rowsOf(
      db.owner,
      `select (select count(*)::int from public.users) as users, (select count(*)::int from public.user_brokers) as accounts,
         (select count(*)::int from public.switches) as switches, (select count(*)::int from public.account_exposure) as exposure`,
    );
  const first = await count();
  expect(first).toEqual([{ users: 4, accounts: 6, switches: 11, exposure: 6 }]);
  await seedDemo(db.url('owner'), derive);
  expect(await count()).toEqual(first);
});
