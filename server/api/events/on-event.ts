/**
 * What changed for this person, live and without a gap: resumes after a lost connection from the last id that it
 * gave out. An id that it does not know answers `reset`, and the page asks for everything again.
 */
import { tracked } from '@trpc/server';
import { z } from 'zod';
import { type Cursor, cursorText, parseCursor } from '#server/api/events/cursor.ts';
import { nextRing } from '#server/api/events/wake.ts';
import { rowsOf } from '#server/api/rows.ts';
import { member } from '#server/api/trpc.ts';
import { type Actor, asSelf } from '#server/web-db.ts';

/** Events per round at most; a full round is followed by the next at once. */
const ROUND = 200;
/** Without a ring a stream looks this often: the bell can be lost with its connection. */
const LOOK_MS = 1_000;
/** After a ring rows may still be held back by an older transaction: look again soon. */
const SETTLE_MS = 120;
const SESSION_CHECK_MS = 15_000;

const eventRow = z.object({
  xid: z.string(),
  id: z.string(),
  topic: z.string(),
  entity: z.string(),
  entity_id: z.uuid().nullable(),
});
const headRow = z.object({ xid: z.string(), waiting: z.boolean() });

export type LiveEvent = { topic: string; entity: string; entityId: string | null };

const readHead = (actor: Actor) =>
  asSelf(actor, async (client) => {
    const [head] = await rowsOf(
      client,
      headRow,
      `select fn.events_head()::text as xid, pg_snapshot_xmax(pg_current_snapshot()) > fn.events_head() as waiting`,
    );
    if (!head) throw new Error('the event log has no head');
    return head;
  });

const readAfter = (actor: Actor, { xid, id }: Cursor) =>
  asSelf(actor, (client) =>
    rowsOf(
      client,
      eventRow,
      `select e.xid::text, e.id::text, e.topic, e.entity, e.entity_id
       from fn.events_after($1::text::xid8, $2::bigint, $3) e where e.user_id = fn.actor()`,
      [xid, id, ROUND],
    ),
  );

/** Where to begin: after the last id given out when the log still knows it, else at its head. */
async function begin(
  actor: Actor,
  lastId: string | null | undefined,
): Promise<{ cursor: Cursor; reset: boolean }> {
  const head = await readHead(actor);
  const known = lastId ? parseCursor(lastId) : null;
  if (known && BigInt(known.xid) <= BigInt(head.xid)) return { cursor: known, reset: false };
  return { cursor: { xid: head.xid, id: '0' }, reset: Boolean(lastId) };
}

export const onEvent = member
  .input(z.object({ lastEventId: z.string().max(60).nullish() }).optional())
  .subscription(async function* ({ ctx, input, signal }) {
    const gone = signal ?? new AbortController().signal;
    const start = await begin(ctx.actor, input?.lastEventId);
    let cursor = start.cursor;
    const first: LiveEvent = { topic: start.reset ? 'reset' : 'ready', entity: 'stream', entityId: null };
    yield tracked(cursorText(cursor), first);

    let checkedAt = performance.now();
    while (!gone.aborted) {
      const events = await readAfter(ctx.actor, cursor);
      for (const event of events) {
        cursor = { xid: event.xid, id: event.id };
        const live: LiveEvent = { topic: event.topic, entity: event.entity, entityId: event.entity_id };
        yield tracked(cursorText(cursor), live);
      }
      // what ends a session comes as an event of settings: its stream ends with it
      const mayBeOver = events.some((event) => event.topic === 'settings');
      if (mayBeOver || performance.now() - checkedAt > SESSION_CHECK_MS) {
        if (!(await ctx.stillHere())) return;
        checkedAt = performance.now();
      }
      if (events.length === ROUND) continue;
      const before = performance.now();
      await nextRing(events.length > 0 ? SETTLE_MS : LOOK_MS, gone);
      // a ring comes with the commit, while the row may still be gated: give the older transactions a moment
      if (performance.now() - before < LOOK_MS / 2) await nextRing(SETTLE_MS, gone);
    }
  });
