/**
 * An alert from the page to an own webhook, through the same parser and the same acceptance as one from outside. A dry run
 * evaluates everything and stores no signal; a real one trades on every paper account that follows.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { call } from '#server/api/call.ts';
import { trader } from '#server/api/roles.ts';
import { acceptSignals, toItem, toRefusedItem } from '#server/pipeline/1-signal/accept-signal.ts';
import { parseAlert, parseBody } from '#server/pipeline/1-signal/parse-alert.ts';
import { findSources } from '#server/pipeline/1-signal/store.ts';
import { asSelf, webPool } from '#server/web-db.ts';
import { shownBody } from '#server/webhook/body.ts';

const LONGEST_BODY = 8_000;

const answer = z.object({
  outcome: z.enum(['ACCEPTED', 'DUPLICATE', 'REARM', 'REFUSED', 'TEST']),
  http: z.number(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  signalId: z.uuid().nullable(),
});
type Answer = z.output<typeof answer>;

const refused = (code: string, message: string): Answer => ({
  outcome: 'REFUSED',
  http: 400,
  code,
  message,
  signalId: null,
});

export const sendTestAlert = trader
  .input(z.object({ sourceId: z.uuid(), body: z.string().max(LONGEST_BODY), dryRun: z.boolean() }))
  .output(answer)
  .mutation(async ({ ctx, input }) => {
    const tokenHash = await asSelf(ctx.actor, async (client) =>
      z.string().parse(await call(client, 'fn.webhook_test_token', [input.sourceId, !input.dryRun])),
    );
    const source = (await findSources(webPool(), [tokenHash])).get(tokenHash);
    if (!source) return refused('UNKNOWN_TOKEN', 'The strategy takes no alerts now: it is archived.');
    const json = parseBody(input.body);
    if (!json.ok) return refused(json.refusal.code, json.refusal.message);
    const body = input.dryRun ? { ...json.body, test: true } : { ...json.body, test: false };
    const arrival = {
      tokenHash,
      requestId: randomUUID(),
      address: null,
      rawBody: Buffer.from(JSON.stringify(body)),
      shownBody: shownBody(body),
      elapsedUs: 0,
    };
    const parsed = parseAlert(body, source.sides);
    const item = parsed.ok
      ? toItem(arrival, parsed.alert)
      : toRefusedItem(arrival, { ...parsed.refusal, http: 400 }, {});
    const [settled] = await acceptSignals({ pool: webPool(), queue: await ctx.queue() }, [item]);
    if (settled?.status !== 'fulfilled') throw settled?.reason;
    return parsed.ok ? answer.parse(settled.value) : refused(parsed.refusal.code, parsed.refusal.message);
  });
