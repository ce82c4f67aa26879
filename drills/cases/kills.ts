/**
 * Processes killed by SIGKILL at the exact row change: after the fan-out, after the claim, after the broker accepted,
 * while a fill closes its trade, in the middle of the FIFO; the web process between commit and answer.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '#scripts/processes.ts';
import { one } from '#server/db.ts';
import { type Drill, onStack } from '../drill.ts';
import { holdAt, type Point } from '../points.ts';
import type { Stack } from '../stack.ts';

/** Entries on every pair, so that work is under way beside what is killed. */
export async function enter(stack: Stack, count = stack.world.instruments.length): Promise<void> {
  const [strategy] = stack.world.strategies;
  await Promise.all(
    stack.world.instruments
      .slice(0, count)
      .map(({ symbol }) => stack.client.send(strategy?.token ?? '', { symbol, action: 'buy' })),
  );
}

/** An exit on every pair. */
export async function leave(stack: Stack): Promise<void> {
  const [strategy] = stack.world.strategies;
  await Promise.all(
    stack.world.instruments.map(({ symbol }) =>
      stack.client.send(strategy?.token ?? '', { symbol, action: 'exit' }),
    ),
  );
}

/** How many trades are in these states. */
export async function tradesIn(stack: Stack, ...states: string[]): Promise<number> {
  const text = 'select count(*)::int as n from public.trades where status = any ($1)';
  return (await one<{ n: number }>(stack.admin, text, [states])).n;
}

const followers = (stack: Stack): number =>
  stack.world.instruments.length * (stack.world.strategies[0]?.accounts.length ?? 0);

interface Kill {
  name: string;
  about: string;
  point: Point;
  /** What becomes of the statement that was held when its process died. */
  aftermath: 'finish' | 'abort';
  during: 'entry' | 'exit';
}

const KILLS: readonly Kill[] = [
  {
    name: 'kill-in-fan-out',
    about: 'a worker in the middle of a fan-out: none or all of its deliveries',
    point: { table: 'public.signal_deliveries', on: 'insert' },
    aftermath: 'finish',
    during: 'entry',
  },
  {
    name: 'kill-after-fan-out',
    about: 'a worker after the fan-out, while it decides: the job comes again, decided once',
    point: { table: 'public.trade_intents', on: 'insert' },
    aftermath: 'finish',
    during: 'entry',
  },
  {
    name: 'kill-after-claim',
    about:
      'a worker after the claim, its request lost on the way: asked, proven absent, sent again with the same id',
    point: { table: 'paper.orders', on: 'insert' },
    aftermath: 'abort',
    during: 'entry',
  },
  {
    name: 'kill-in-the-call',
    about: 'a worker whose request the broker still takes: asked and adopted, not sent again',
    point: { table: 'paper.orders', on: 'insert' },
    aftermath: 'finish',
    during: 'entry',
  },
  {
    name: 'kill-after-accept',
    about: 'a worker after the broker accepted, before the record: adopted by our id, no second order',
    point: {
      table: 'public.orders',
      on: 'update',
      when: `old.status = 'SUBMITTING' and new.status = 'PLACED'`,
    },
    aftermath: 'finish',
    during: 'entry',
  },
  {
    name: 'kill-between-fill-and-close',
    about: 'a worker that has taken the last fill and not closed the trade: both or neither',
    point: { table: 'public.trades', on: 'update', when: `new.status = 'CLOSED' and old.status <> 'CLOSED'` },
    aftermath: 'finish',
    during: 'exit',
  },
  {
    name: 'kill-in-fifo-close',
    about: 'a worker in the middle of consuming a lot: all of the fill or nothing of it',
    point: { table: 'public.fifo_allocations', on: 'insert' },
    aftermath: 'abort',
    during: 'exit',
  },
];

/** Kills whoever makes the row change, then lets the drill's other worker and the restarted one finish the work. */
export async function killAt(stack: Stack, { point, aftermath, during }: Kill): Promise<string> {
  if (during === 'exit') {
    await enter(stack);
    await stack.settle();
    if ((await tradesIn(stack, 'OPEN', 'EXITING', 'CLOSED')) !== followers(stack))
      throw new Error('not every entry was filled');
  }
  const held = await holdAt(stack.admin, point, () => (during === 'entry' ? enter(stack) : leave(stack)));
  await stack.process(held.process).murder();
  const began = performance.now();
  await held[aftermath]();
  await stack.settle();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  if (during === 'entry') await leave(stack);
  await stack.settle();
  if ((await tradesIn(stack, 'CLOSED')) !== followers(stack)) throw new Error('not every trade was closed');
  return `${held.process} killed, all done ${seconds} s later`;
}

const webBetweenCommitAndAnswer = onStack(
  'kill-web-after-commit',
  'the web process between commit and answer: the resend is a duplicate of the one signal',
  { proxied: 'web' },
  async (stack) => {
    const [strategy] = stack.world.strategies;
    const [instrument] = stack.world.instruments;
    const committed = stack.proxy.holdCommits();
    const sending = stack.client.send(strategy?.token ?? '', {
      symbol: instrument?.symbol ?? '',
      action: 'buy',
    });
    await committed;
    await stack.process('web-1').murder();
    stack.proxy.letCommits();
    const sent = await sending;
    const { n } = await one<{ n: number }>(stack.admin, 'select count(*)::int as n from public.signals');
    if (n !== 1 || sent.status !== 'duplicate')
      throw new Error(`${n} signals; the resend was answered ${sent.status}`);
    await waitUntil(async () => (await tradesIn(stack, 'OPEN', 'EXITING', 'CLOSED')) === 3, 30_000);
    await delay(0);
    return `answered "${sent.status}" at try ${sent.tries}`;
  },
);

export const killDrills: readonly Drill[] = [
  ...KILLS.map((kill) => onStack(kill.name, kill.about, {}, (stack) => killAt(stack, kill))),
  webBetweenCommitAndAnswer,
];
export const KILL_POINTS = KILLS;
