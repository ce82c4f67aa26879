// The decision: may these accounts act on these signals, with what quantity, and if not, why not.
// Entry point: decideBatch (facts + clock → one decision per delivery). Pure: nothing is read or written.
// Invariants: every check is evaluated and kept; the first refusal in the order of REASONS is the code;
// within a batch an account's approvals count against the later ones, so that every cap exists once.
import type { Decimal } from '#server/money.ts';
import { type Check, type DecisionCase, type EntryPlan, planEntry } from './case.ts';
import { marketChecks, operationalChecks } from './checks-market.ts';
import {
  countChecks,
  lossChecks,
  positionChecks,
  protectionChecks,
  tradesHere,
  tradeTypeOf,
} from './checks-position.ts';
import { type BindingCap, capitalChecks, sizeEntry } from './checks-size.ts';
import type {
  AccountFacts,
  DecisionBatch,
  DeliveryFacts,
  Direction,
  InstrumentFacts,
  LiveTrade,
} from './context.ts';
import { resolveLimits } from './limits.ts';
import { phraseOf, REASON_CODES, type ReasonCode, sentenceOf } from './reasons.ts';
import { priceText, quantity } from './wording.ts';

interface Judged {
  deliveryId: string;
  checks: Check[];
  tradeType: 'NEWBUY' | 'REBUY';
  plan: EntryPlan | null;
  qty: Decimal;
  bound: BindingCap | null;
  /** One sentence for the trader. */
  text: string;
}

export type Decision =
  | (Judged & { outcome: 'APPROVED'; plan: EntryPlan })
  | (Judged & { outcome: 'REJECTED'; code: ReasonCode })
  /** A reversal whose opposite trade appeared after the fan-out: it waits for that trade to close. */
  | { outcome: 'WAIT'; deliveryId: string; tradeId: string };

const RANK = new Map(REASON_CODES.map((code, index) => [code, index]));

/** The refusal that is named: the first in the order of REASONS. */
function leading(checks: readonly Check[]): Check | undefined {
  const rank = (check: Check) => RANK.get(check.code) ?? REASON_CODES.length;
  return checks.filter((check) => check.ok === false).sort((a, b) => rank(a) - rank(b))[0];
}

/** An opposite live trade of the same strategy: its own reversal is under way. */
function reversalOf(c: DecisionCase): LiveTrade | undefined {
  const { signal, strategy } = c.delivery;
  if (signal.action !== 'ENTRY') return undefined;
  return tradesHere(c).find(
    (trade) => trade.direction !== signal.direction && trade.strategyId === strategy.id,
  );
}

function approvalText(c: DecisionCase, qty: Decimal, price: Decimal, checks: readonly Check[]): string {
  const verb = c.delivery.signal.direction === 'LONG' ? 'buy' : 'sell short';
  const cuts = checks.filter((check) => check.ok && check.figures.from !== undefined);
  const cut = cuts.map(
    (check) => `reduced from ${check.figures.from} by ${phraseOf(check.code, check.figures)}`,
  );
  const how = cut.length > 0 ? `, ${cut.join(', ')}` : '';
  return `Approved: ${verb} ${quantity(qty)} ${c.instrument.symbol} at about ${priceText(price)}${how}`;
}

/** Judges one delivery against everything; see {@link decideBatch}. */
function decideOne(c: DecisionCase): Decision {
  const expired = c.now.getTime() >= c.delivery.expiresAt.getTime();
  const reversed = reversalOf(c);
  if (reversed && !expired) return { outcome: 'WAIT', deliveryId: c.delivery.id, tradeId: reversed.id };
  const sized = sizeEntry(c);
  const checks = [
    ...operationalChecks(c),
    ...marketChecks(c),
    ...positionChecks(c),
    ...protectionChecks(c),
    ...lossChecks(c),
    ...countChecks(c),
    ...sized.checks,
    ...capitalChecks(c, sized.qty),
  ];
  const base = {
    deliveryId: c.delivery.id,
    checks,
    tradeType: tradeTypeOf(c),
    qty: sized.qty,
    bound: sized.bound,
  };
  const refusal = leading(checks);
  if (refusal) {
    const text = sentenceOf(refusal.code, refusal.figures);
    return { ...base, outcome: 'REJECTED', code: refusal.code, plan: c.plan, text };
  }
  if (c.plan === null) throw new Error('an entry without a price passed its checks');
  return {
    ...base,
    outcome: 'APPROVED',
    plan: c.plan,
    text: approvalText(c, sized.qty, c.plan.price, checks),
  };
}

function must<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`the batch names ${id} and does not hold it`);
  return found;
}

function asTrade(c: DecisionCase, qty: Decimal, reserve: Decimal, direction: Direction): LiveTrade {
  return {
    id: `of:${c.delivery.id}`,
    instrumentId: c.instrument.id,
    strategyId: c.delivery.strategy.id,
    direction,
    tradeType: tradeTypeOf(c),
    openQty: qty.times(0),
    qty,
    entryWorking: true,
    exposure: qty.times(reserve).times(c.instrument.multiplier),
  };
}

/** What the batch has added so far, per account. */
interface Folded {
  trades: LiveTrade[];
  opened: number;
}

function caseOf(
  batch: DecisionBatch,
  delivery: DeliveryFacts,
  folded: ReadonlyMap<string, Folded>,
  now: Date,
): DecisionCase {
  const account: AccountFacts = must(batch.accounts, delivery.accountId);
  const instrument: InstrumentFacts = must(batch.instruments, delivery.instrumentId);
  const liveOf = (one: AccountFacts) => [...one.trades, ...(folded.get(one.id)?.trades ?? [])];
  const siblings = () =>
    [...batch.accounts.values()].filter(
      (one) => one.userId === account.userId && one.currency === account.currency,
    );
  const place = {
    userId: account.userId,
    accountId: account.id,
    subscriptionId: delivery.subscription.id,
    currency: account.currency,
    assetClass: instrument.assetClass,
  };
  const limits = resolveLimits(batch.limits, place);
  return {
    now,
    delivery,
    account,
    instrument,
    limits,
    trades: liveOf(account),
    userTrades: limits.bounds.some((bound) => bound.scope === 'USER') ? siblings().flatMap(liveOf) : [],
    tradesToday: account.day.tradesOpened + (folded.get(account.id)?.opened ?? 0),
    plan: planEntry(delivery, instrument),
  };
}

/**
 * Decides a batch in its given order.
 * @param batch facts loaded under the accounts' locks; accounts of a user with limits of scope USER all present
 * @param now   the database's clock, read after the locks
 * @returns one decision per delivery, in the same order
 * @throws Error when a delivery names an account or instrument that the batch does not hold
 */
export function decideBatch(batch: DecisionBatch, now: Date): Decision[] {
  const folded = new Map<string, Folded>();
  return batch.deliveries.map((delivery) => {
    const c = caseOf(batch, delivery, folded, now);
    const decision = decideOne(c);
    if (decision.outcome === 'APPROVED') {
      const held = folded.get(c.account.id) ?? { trades: [], opened: 0 };
      held.trades.push(asTrade(c, decision.qty, decision.plan.reserve, delivery.signal.direction));
      held.opened += 1;
      folded.set(c.account.id, held);
    }
    return decision;
  });
}
