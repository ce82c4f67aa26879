import { z } from 'zod';
import { call } from '#server/api/call.ts';
import type { Client } from '#server/db.ts';
import { AppError, toAppError } from '#server/errors.ts';
import { type Arrival, toItem, toRefusedItem } from '#server/pipeline/1-signal/accept-signal.ts';
import type { Sides } from '#server/pipeline/1-signal/alert.ts';
import { parseAlert } from '#server/pipeline/1-signal/parse-alert.ts';
import { lockstepPayload } from '#server/pipeline/1-signal/payload.ts';
import { Answered, id, operation, type RestContext } from '#server/rest/operation.ts';
import { asSelf } from '#server/web-db.ts';
import { shownBody } from '#server/webhook/body.ts';

const sent = z.object({
  status: z.enum(['accepted', 'duplicate', 'rearm', 'refused', 'test']),
  code: z.string().nullable(),
  message: z.string().nullable(),
  signal_id: id.nullable(),
});

const accepted = z.object({
  outcome: z.string(),
  http: z.number(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  signal_id: id.nullable(),
  retry_after: z.number().nullable(),
  job: z.string().nullable(),
});

const input = z
  .looseObject({ strategy_id: id.describe('One of your strategies.') })
  .and(lockstepPayload.omit({ secret: true }));

/** The alert of a strategy of one's own, judged and stored in one transaction. A lost race is tried once more. */
async function accept(ctx: RestContext, strategy: string, alert: Record<string, unknown>) {
  const queue = await ctx.queue();
  const work = async (client: Client) => {
    const query = 'select s.sides from public.strategies s where s.id = $1 and s.user_id = fn.actor()';
    const { rows } = await client.query<{ sides: Sides }>(query, [strategy]);
    if (!rows[0]) throw new AppError('NOT_FOUND', 'no such strategy');
    const item = itemOf(ctx, alert, rows[0].sides);
    const said = accepted.parse(await call(client, 'fn.signal_accept_own', [strategy, JSON.stringify(item)]));
    if (said.job !== null && said.signal_id !== null)
      await queue.enqueue(client, [{ name: said.job, id: said.signal_id }]);
    return said;
  };
  return asSelf(ctx.holder, work).catch((error: unknown) => {
    if (!toAppError(error).retry) throw error;
    return asSelf(ctx.holder, work);
  });
}

function itemOf(ctx: RestContext, alert: Record<string, unknown>, sides: Sides) {
  const arrival: Arrival = {
    tokenHash: '',
    requestId: ctx.requestId,
    address: ctx.address || null,
    rawBody: ctx.rawBody,
    shownBody: shownBody(alert),
    elapsedUs: 0,
  };
  const parsed = parseAlert(alert, sides);
  return parsed.ok
    ? toItem(arrival, parsed.alert)
    : toRefusedItem(arrival, { ...parsed.refusal, http: 400 }, {});
}

export const postSignal = operation({
  id: 'postSignal',
  method: 'POST',
  path: '/signals',
  scope: 'signals:write',
  summary: 'Send a signal',
  description:
    'The same payload, rules and answers as the webhook of the strategy; the token stands for its address and secret. ' +
    'A repeat within 30 s, or with the same timestamp or key, is a duplicate and does nothing.',
  input,
  output: sent,
  run: async (ctx, { strategy_id: strategy, ...alert }) => {
    const said = await accept(ctx, strategy, alert);
    const { code, message, signal_id } = said;
    const body = { status: said.outcome.toLowerCase(), code, message, signal_id };
    return said.http === 200 ? body : new Answered(said.http, sent.parse(body), said.retry_after);
  },
});
