/**
 * Lets one line of a signals file act, as its sender would: alerts through the webhook's own reading and acceptance,
 * a close by hand and a flatten as the account's owner.
 *
 * Entry points: `act`, `liftFlatten`. Invariant: nothing here decides anything; a refusal is an outcome, never an error.
 */
import { type Client, one, type Pool } from '#server/db.ts';
import { AppError, toAppError } from '#server/errors.ts';
import { acceptSignals, toItem, toRefusedItem } from '#server/pipeline/1-signal/accept-signal.ts';
import { parseAlert, parseBody } from '#server/pipeline/1-signal/parse-alert.ts';
import type { PipelineContext } from '#server/pipeline/context.ts';
import { jobsOf } from '#server/queue.ts';
import { asActor } from '#server/web-db.ts';
import type { ReplaySignal } from './signals-file.ts';
import { REPLAY_TOKEN_HASH, WORLD } from './world.ts';

/** What came of a line: accepted, or a code. */
export type ActOutcome = 'ACCEPTED' | string;

export interface Hands {
  readonly ctx: PipelineContext;
  /** Log-in lockstep_web. */
  readonly web: Pool;
}

/** Acts on one line. Returns ACCEPTED, or the code with which it was refused. */
export async function act(hands: Hands, signal: ReplaySignal): Promise<ActOutcome> {
  if (signal.action === 'close') return closeByHand(hands, signal);
  if (signal.action === 'flatten') return setSwitch(hands, 'FLATTEN');
  return sendAlert(hands, signal);
}

/** Lifts the HALT that a FLATTEN leaves, once everything is flat. */
export async function liftFlatten(hands: Hands): Promise<void> {
  await setSwitch(hands, 'OFF');
}

async function sendAlert({ ctx }: Hands, signal: ReplaySignal): Promise<ActOutcome> {
  const { symbol, action, direction, price, stop, target, at, line } = signal;
  const given = {
    symbol,
    action,
    direction,
    price,
    stop,
    target,
    timestamp: new Date(at).toISOString(),
    key: `line-${line}`,
  };
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)),
  );
  const arrival = {
    tokenHash: REPLAY_TOKEN_HASH,
    requestId: `line-${line}`,
    address: null,
    rawBody: Buffer.from(text),
    shownBody: text,
    elapsedUs: 0,
  };
  const body = parseBody(text);
  const read = body.ok ? parseAlert(body.body, 'BOTH') : body;
  const item = read.ok
    ? toItem(arrival, read.alert)
    : toRefusedItem(arrival, { ...read.refusal, http: 400 }, { symbol, action });
  const [answer] = await acceptSignals(ctx, [item]);
  if (answer?.status !== 'fulfilled') throw answer?.reason ?? new Error('an alert got no answer');
  return answer.value.outcome === 'ACCEPTED' ? 'ACCEPTED' : (answer.value.code ?? answer.value.outcome);
}

async function closeByHand(hands: Hands, signal: ReplaySignal): Promise<ActOutcome> {
  const { rows } = await hands.ctx.pool.query<{ id: string }>(
    `select t.id from public.trades t join public.instruments i on i.id = t.instrument_id
     where i.symbol = $1 and t.status in ('CREATED', 'ENTERING', 'OPEN', 'EXITING') and ($2::text is null or t.direction = $2)
     order by t.created_at, t.id`,
    [signal.symbol, signal.direction?.toUpperCase() ?? null],
  );
  let outcome: ActOutcome = rows.length > 0 ? 'ACCEPTED' : 'NOTHING_OPEN';
  for (const { id } of rows) {
    const refused = await asOwner(hands, async (client) => {
      const { out } = await one<{ out: { jobs: unknown } }>(
        client,
        'select fn.trade_close_manual($1) as out',
        [id],
      );
      return out.jobs;
    });
    outcome = refused ?? outcome;
  }
  return outcome;
}

async function setSwitch(hands: Hands, state: 'FLATTEN' | 'OFF'): Promise<ActOutcome> {
  const refused = await asOwner(hands, async (client) => {
    const { out } = await one<{ out: { jobs: unknown } }>(
      client,
      `select fn.switch_set('ACCOUNT', $1, $2, $3) as out`,
      [WORLD.account, state, state === 'OFF' ? null : 'flatten in the signals file'],
    );
    return out.jobs;
  });
  return refused ?? 'ACCEPTED';
}

/** Runs a change in the owner's name and enqueues what follows. Returns the code of a refusal, or null. */
async function asOwner(
  { ctx, web }: Hands,
  work: (client: Client) => Promise<unknown>,
): Promise<string | null> {
  try {
    await asActor(
      { userId: WORLD.user, role: 'user' },
      async (client) => ctx.queue.enqueue(client, jobsOf(await work(client))),
      web,
    );
    return null;
  } catch (error) {
    const known = toAppError(error);
    if (known instanceof AppError && known.status < 500) return known.code;
    throw error;
  }
}
