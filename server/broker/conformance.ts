/**
 * The conformance suite: numbered cases that every adapter must pass against its venue.
 *
 * Entry points: `runConformance(makeVenue, register)` with a test runner's `test`, `conformanceCases`.
 * A case works on a venue of its own account, knows the port and the few levers of `ConformanceVenue`, and throws an
 * AssertionError when the adapter breaks the port's contract. Cases that need a capability say which; without it
 * they are left out. The numbers are stable: a new case takes the next one.
 */
import type { Decimal } from '#server/money.ts';
import { cancelCases } from './conformance-cancel.ts';
import { fillCases } from './conformance-fills.ts';
import { orderCases } from './conformance-orders.ts';
import type { AssetClass, BrokerPort, Capabilities } from './port.ts';

/** An adapter on an account that is flat and has money, and the levers of its venue. */
export interface ConformanceVenue {
  readonly port: BrokerPort;
  readonly instrument: {
    readonly instrumentId: string;
    readonly symbol: string;
    readonly assetClass: AssetClass;
    /** A quantity the account can pay for many times; a multiple of ten lots. */
    readonly qty: Decimal;
    readonly tick: Decimal;
  };
  /** Id and symbol of something that the venue does not trade. */
  readonly strange: { readonly instrumentId: string; readonly symbol: string };
  /** Moves the market to this bid and ask; resting orders meet it. */
  quote(bid: Decimal, ask: Decimal): Promise<void>;
  /** Lets everything that is under way at the venue happen and arrive. */
  settle(): Promise<void>;
  /** From now on matches fill an order in part (true) or whole (false). */
  fillInParts(inParts: boolean): Promise<void>;
  /** A port of the same account whose venue does not answer in time, whatever it does with the request. */
  readonly slow: BrokerPort;
  /** Gives back what the venue holds (streams, connections). */
  dispose(): Promise<void>;
}

export interface ConformanceCase {
  readonly number: number;
  readonly title: string;
  /** Capability without which the case says nothing. */
  readonly needs?: keyof Capabilities;
  run(venue: ConformanceVenue): Promise<void>;
}

/** Every case, in order of its number. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...orderCases,
  ...cancelCases,
  ...fillCases,
].sort((a, b) => a.number - b.number);

/**
 * Registers every case that applies to the adapter.
 * @param capabilities what the adapter claims; decides which cases apply
 * @param makeVenue makes a fresh account for one case
 * @param register a test runner's `test`
 */
export function runConformance(
  capabilities: Capabilities,
  makeVenue: () => Promise<ConformanceVenue>,
  register: (title: string, run: () => Promise<void>) => void,
): void {
  for (const one of conformanceCases) {
    if (one.needs !== undefined && capabilities[one.needs] === false) continue;
    register(`${one.number}. ${one.title}`, async () => {
      const venue = await makeVenue();
      try {
        await one.run(venue);
      } finally {
        await venue.dispose();
      }
    });
  }
}
