/**
 * The story of a trade, from the alert to the closed result: one list of moments in order of time. Pure.
 * Entry point: storyOf. Invariant: every row that belongs to the trade is told once; rows of the same moment keep the
 * order of the pipeline.
 */
import { allRefusals } from '#server/api/signals/refusal.ts';
import type { Happenings, readIntentOf, readSignalOf, TradeDetailRow } from '#server/api/trades/read.ts';
import { boundPhrase, exitReasonText, sentenceForCode } from '#server/api/words.ts';
import { Decimal } from '#server/money.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'warn';

/** A figure that the page formats: the story keeps words and figures apart. */
export type Part =
  | string
  | { price: string }
  | { qty: string }
  | { money: string; signed?: boolean }
  | { code: string }
  | { signal: string };

export interface Moment {
  at: Date;
  tone: Tone;
  title: Part[];
  detail: Part[];
}

interface Told extends Moment {
  /** Stage of the pipeline: orders what happened in one millisecond. */
  stage: number;
}

interface Sources extends Happenings {
  trade: TradeDetailRow;
  signal: Awaited<ReturnType<typeof readSignalOf>>;
  intent: Awaited<ReturnType<typeof readIntentOf>>;
}

/** Every moment of a trade, oldest first. */
export function storyOf(sources: Sources): Moment[] {
  const told = [
    ...signalMoments(sources),
    ...intentMoments(sources),
    ...orderMoments(sources),
    ...fillMoments(sources),
    ...exitMoments(sources),
    ...levelMoments(sources),
    ...endMoments(sources),
  ];
  told.sort((a, b) => a.at.getTime() - b.at.getTime() || a.stage - b.stage);
  return told.map(({ at, tone, title, detail }) => ({ at, tone, title, detail }));
}

const moment = (stage: number, at: Date, title: Part[], detail: Part[] = [], tone: Tone = 'plain'): Told => ({
  stage,
  at,
  tone,
  title,
  detail,
});

function signalMoments({ signal, intent }: Sources): Told[] {
  const told: Told[] = [];
  if (signal) {
    const wanted = `${signal.symbol} ${signal.direction?.toLowerCase() ?? signal.action.toLowerCase()}`;
    const detail: Part[] = [`${signal.strategy}${signal.timeframe ? ` · ${signal.timeframe}` : ''}`];
    if (signal.price) detail.push(' · price ', { price: signal.price });
    told.push(moment(1, signal.recorded_at, [`Alert received: ${wanted}`], detail));
  }
  if (intent) told.push(moment(2, intent.delivered_at, ['Delivered to this account']));
  return told;
}

function intentMoments({ intent, trade }: Sources): Told[] {
  if (!intent?.decided_at || !intent.qty) return [];
  const title: Part[] = [
    trade.direction === 'LONG' ? 'Approved: buy ' : 'Approved: sell short ',
    { qty: intent.qty },
  ];
  const detail: Part[] = [];
  if (intent.price) detail.push('at about ', { price: intent.price });
  const bound = boundText(intent.bound);
  if (bound) detail.push(`${detail.length > 0 ? ' · ' : ''}limited by ${bound}`);
  const told = [moment(3, intent.decided_at, title, detail)];
  const refused = allRefusals({ code: intent.reason_code, reasons: intent.reasons });
  if (refused.length > 0)
    told.push(moment(3, intent.decided_at, ['Also said'], [refused.join('; ')], 'warn'));
  return told;
}

function boundText(bound: unknown): string | null {
  if (typeof bound !== 'object' || bound === null || !('code' in bound) || typeof bound.code !== 'string')
    return null;
  const figures = 'figures' in bound ? bound.figures : {};
  if (typeof figures !== 'object' || figures === null || Object.keys(figures).length === 0)
    return sentenceForCode(bound.code);
  return boundPhrase({ code: bound.code, figures: figures as Record<string, string> });
}

const ORDER_WORDS: Record<string, { word: string; tone: Tone }> = {
  CREATED: { word: 'Order written', tone: 'plain' },
  SUBMITTING: { word: 'Order sent', tone: 'plain' },
  PLACED: { word: 'Order placed', tone: 'plain' },
  UNKNOWN: { word: 'Answer lost: the broker is being asked', tone: 'warn' },
  CANCEL_REQUESTED: { word: 'Cancel requested', tone: 'plain' },
  CANCELLED: { word: 'Order cancelled', tone: 'plain' },
  EXPIRED: { word: 'Order expired', tone: 'plain' },
  REJECTED: { word: 'Refused by the broker', tone: 'bad' },
  DENIED: { word: 'Order not sent', tone: 'bad' },
};

function orderMoments({ orders, orderEvents }: Sources): Told[] {
  const byId = new Map(orders.map((order) => [order.id, order]));
  return orderEvents.flatMap((event) => {
    const order = byId.get(event.order_id);
    const words = ORDER_WORDS[event.to_status];
    // fills are told by themselves, with price and fee
    if (!order || !words || event.from_status === event.to_status) return [];
    const what = `${order.side.toLowerCase()} `;
    const detail: Part[] = [what, { qty: order.qty }, ` ${order.order_type.toLowerCase()}`];
    if (order.limit_price) detail.push(' ', { price: order.limit_price });
    if (event.to_status === 'CREATED') detail.push(' · ', { code: order.client_order_id });
    if (event.to_status === 'PLACED' && order.broker_order_id)
      detail.push(' · ', { code: order.broker_order_id });
    if (event.to_status === 'PLACED' && order.submitted_at) {
      detail.push(` · answered in ${event.at.getTime() - order.submitted_at.getTime()} ms`);
    }
    if (words.tone === 'bad')
      detail.push(` · ${order.reject_text ?? sentenceForCode(order.reject_code ?? '')}`);
    return [moment(order.kind === 'EXIT' ? 8 : 4, event.at, [words.word], detail, words.tone)];
  });
}

function fillMoments({ fills, trade }: Sources): Told[] {
  return fills.map((fill) => {
    const opens = fill.effect === 'OPEN';
    const verb = opens
      ? trade.direction === 'LONG'
        ? 'Bought '
        : 'Sold short '
      : trade.direction === 'LONG'
        ? 'Sold '
        : 'Bought back ';
    const detail: Part[] = ['fee ', { money: fill.fee }, ' · ', { code: fill.broker_fill_id }];
    return moment(
      opens ? 5 : 9,
      fill.recorded_at,
      [verb, { qty: fill.qty }, ' @ ', { price: fill.price }],
      detail,
      'good',
    );
  });
}

/** The levels of the trade's own that were changed by hand; an event of another kind names neither. */
function levelMoments({ events }: Sources): Told[] {
  return events.flatMap(({ at, data }) => {
    const stop = levelChange('Stop', data, 'stop');
    const target = levelChange('Target', data, 'target');
    if (!stop && !target) return [];
    const title = stop && target ? [...stop, ' · ', ...target] : (stop ?? target ?? []);
    return [moment(6, at, title, ['by hand'])];
  });
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function levelChange(name: string, data: Record<string, unknown>, key: 'stop' | 'target'): Part[] | null {
  const [from, to] = [textOf(data[`${key}_before`]), textOf(data[key])];
  if (from === null) return to === null ? null : [`${name} set to `, { price: to }];
  if (to === null) return [`${name} left to its rules, no longer `, { price: from }];
  return new Decimal(from).eq(to) ? null : [`${name} moved from `, { price: from }, ' to ', { price: to }];
}

const EXIT_ENDS: Record<string, { word: string; tone: Tone }> = {
  REJECTED: { word: 'Exit refused', tone: 'bad' },
  FAILED: { word: 'Exit failed', tone: 'bad' },
  CANCELLED: { word: 'Exit withdrawn', tone: 'plain' },
  SUPERSEDED: { word: 'A more urgent exit took over', tone: 'plain' },
};

function exitMoments({ exits }: Sources): Told[] {
  const isLadder = exits.some((exit) => exit.rung > 1);
  return exits.flatMap((exit) => {
    const title: Part[] = [`Exit: ${exitReasonText(exit.exit_reason).toLowerCase()}`];
    if (isLadder && exit.exit_reason === 'TARGET_HIT') title.push(`, rung ${exit.rung}`);
    const detail: Part[] = exit.signal_id ? ['asked for by ', { signal: exit.signal_id }, ' '] : [];
    if (exit.trigger_price) detail.push('trigger ', { price: exit.trigger_price });
    if (exit.market_price)
      detail.push(`${detail.length > 0 ? ' · ' : ''}price `, { price: exit.market_price });
    const also = exit.also_satisfied.map((reason) =>
      exitReasonText(reason.split(':')[0] ?? reason).toLowerCase(),
    );
    if (also.length > 0) detail.push(` · also met: ${also.join(', ')}`);
    const told = [moment(7, exit.occurred_at, title, detail, 'warn')];
    if (exit.intent_status === 'PENDING' && exit.waits_for) {
      told.push(moment(7, exit.occurred_at, ['Exit waits'], [sentenceForCode(exit.waits_for)], 'bad'));
    }
    const end = EXIT_ENDS[exit.intent_status ?? ''];
    if (end && exit.ended_at) {
      told.push(
        moment(10, exit.ended_at, [end.word], exit.code ? [sentenceForCode(exit.code)] : [], end.tone),
      );
    }
    return told;
  });
}

function endMoments({ trade }: Sources): Told[] {
  const told: Told[] = [];
  if (trade.exit_wish_at && trade.exit_wish_reason && trade.status !== 'CLOSED') {
    const reason = exitReasonText(trade.exit_wish_reason).toLowerCase();
    told.push(moment(6, trade.exit_wish_at, [`Close wanted: ${reason}`], ['kept until it is done'], 'warn'));
  }
  if (trade.closed_at && trade.status === 'CLOSED') {
    const tone: Tone = trade.pnl.startsWith('-') ? 'bad' : 'good';
    const detail: Part[] = [
      exitReasonText(trade.exit_reason ?? '').toLowerCase(),
      ' · fees ',
      { money: trade.fees },
    ];
    told.push(moment(11, trade.closed_at, ['Closed: ', { money: trade.pnl, signed: true }], detail, tone));
  }
  return told;
}
