/** Webhook sources of one user, and what they left behind. Entry point: useSources, after useDatabase in a test file. */
import { beforeAll } from 'vitest';
import { insertStrategy, insertUser, insertWebhookSource } from '#prisma/tests/factories.ts';
import { rowsOf, type TestDatabase } from '#prisma/tests/harness.ts';

type Settings = Record<string, unknown>;

export function useSources(db: TestDatabase) {
  let userId: string;
  beforeAll(async () => {
    userId = (await insertUser(db.owner)).id;
  });
  return {
    /** A source of a strategy of its own that trades both sides. */
    source: async (row: Settings = {}) => {
      const made = await insertStrategy(db.owner, userId, { sides: 'BOTH' });
      return insertWebhookSource(db.owner, { id: made.id, user_id: userId }, row);
    },
    eventsOf: (sourceId: string) =>
      rowsOf(
        db.owner,
        'select status, http_status, reason from public.webhook_events where source_id = $1 order by id',
        [sourceId],
      ),
    signalsOf: (sourceId: string) =>
      rowsOf(db.owner, 'select * from public.signals where webhook_source_id = $1 order by id', [sourceId]),
  };
}
