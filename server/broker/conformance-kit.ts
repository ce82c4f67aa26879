/**
 * Words that the conformance cases share: building orders, and demanding an outcome.
 *
 * Entry points: `marketOrder`, `limitOrder`, `accepted`, `rejected`, `found`, `ok`. Failures are AssertionErrors.
 */
import { strict as assert } from 'node:assert';
import { Decimal, type Numeric } from '#server/money.ts';
import type { ConformanceVenue } from './conformance.ts';
import type {
  Answer,
  BrokerFill,
  BrokerOrder,
  CancelOutcome,
  LookupOutcome,
  PlaceOrder,
  PlaceOutcome,
  RejectCode,
  Side,
  Unknown,
} from './port.ts';

/** Where the market stands when a case begins. */
export const BID = new Decimal('99.99');
export const ASK = new Decimal('100.01');
/** Before everything that a case does. */
export const EVER = new Date(0);

let made = 0;

/** A client order id that no other case of this process uses. */
export function freshId(): string {
  made += 1;
  return `case-${process.pid}-${made}`;
}

export function marketOrder(
  venue: ConformanceVenue,
  side: Side,
  change: Partial<PlaceOrder> = {},
): PlaceOrder {
  const { instrumentId, symbol, assetClass, qty } = venue.instrument;
  const clientOrderId = freshId();
  return {
    clientOrderId,
    instrumentId,
    symbol,
    assetClass,
    side,
    type: 'MARKET',
    timeInForce: 'GTC',
    qty,
    seedKey: clientOrderId,
    ...change,
  };
}

export function limitOrder(venue: ConformanceVenue, side: Side, limitPrice: Decimal): PlaceOrder {
  return marketOrder(venue, side, { type: 'LIMIT', limitPrice });
}

/** A buy that rests far under the market. */
export function restingOrder(venue: ConformanceVenue): PlaceOrder {
  return limitOrder(venue, 'BUY', new Decimal(90));
}

/** The broker's order id of an accepted order. */
export function accepted(outcome: PlaceOutcome): string {
  assert.equal(outcome.kind, 'accepted', `expected accepted: ${JSON.stringify(outcome)}`);
  const { brokerOrderId } = outcome as Extract<PlaceOutcome, { kind: 'accepted' }>;
  assert.notEqual(brokerOrderId, '');
  return brokerOrderId;
}

/** Demands a refusal with this code and a sentence that says something. */
export function rejected(outcome: PlaceOutcome | CancelOutcome, code: RejectCode): void {
  assert.equal(outcome.kind, 'rejected', `expected rejected: ${JSON.stringify(outcome)}`);
  const refusal = outcome as Extract<PlaceOutcome, { kind: 'rejected' }>;
  assert.equal(refusal.code, code);
  assert.ok(refusal.sentence.length > 10, 'a refusal says why in a sentence');
}

export function found(outcome: LookupOutcome): BrokerOrder {
  assert.equal(outcome.kind, 'found', `expected found: ${JSON.stringify(outcome)}`);
  return (outcome as Extract<LookupOutcome, { kind: 'found' }>).order;
}

export function isUnknown(outcome: { readonly kind: string }): void {
  assert.equal(outcome.kind, 'unknown', `expected unknown: ${JSON.stringify(outcome)}`);
  assert.equal((outcome as Unknown).why, 'TIMEOUT');
}

export function ok<T>(answer: Answer<T>): T {
  assert.equal(answer.kind, 'ok', `expected an answer: ${JSON.stringify(answer)}`);
  return (answer as Extract<Answer<T>, { kind: 'ok' }>).value;
}

export function equal(actual: Decimal, expected: Numeric, what: string): void {
  assert.ok(actual.eq(expected), `${what}: ${actual} instead of ${expected}`);
}

export function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), new Decimal(0));
}

/** The fills of one order among all of the account. */
export async function fillsOf(venue: ConformanceVenue, brokerOrderId: string): Promise<BrokerFill[]> {
  return ok(await venue.port.listFills(EVER)).filter((fill) => fill.brokerOrderId === brokerOrderId);
}

/** The signed position in the case's instrument; zero when the venue lists none. */
export async function positionOf(venue: ConformanceVenue): Promise<Decimal> {
  const list = ok(await venue.port.positions());
  return list.find((position) => position.symbol === venue.instrument.symbol)?.qty ?? new Decimal(0);
}

/** Places a market order and lets it fill completely. */
export async function fillWhole(venue: ConformanceVenue, side: Side): Promise<string> {
  await venue.quote(BID, ASK);
  const id = accepted(await venue.port.place(marketOrder(venue, side)));
  await venue.quote(BID, ASK);
  await venue.settle();
  return id;
}
