/**
 * Which adapter serves an account. One port per account and process.
 *
 * Entry points: `createRegistry`, `BrokerRegistry.brokerFor`.
 * Invariant: with APP_MODE=PAPER no port of a live broker is ever made.
 */
import type { BrokerCode, BrokerPort } from './port.ts';

/** What is needed to find an account's port. `broker` is the account's broker code. */
export interface BrokerAccount {
  /** user_brokers.id */
  readonly id: string;
  readonly broker: string;
}

export type PortFactory = (account: BrokerAccount) => BrokerPort;

export interface BrokerRegistry {
  /** The account's port. Raises `BrokerUnavailable` when the mode forbids it or no adapter exists. */
  brokerFor(account: BrokerAccount): BrokerPort;
}

/** No port may or can be made. `code` is LIVE_BROKER_REFUSED or BROKER_UNKNOWN. */
export class BrokerUnavailable extends Error {
  readonly code: 'LIVE_BROKER_REFUSED' | 'BROKER_UNKNOWN';
  constructor(code: 'LIVE_BROKER_REFUSED' | 'BROKER_UNKNOWN', message: string) {
    super(message);
    this.name = 'BrokerUnavailable';
    this.code = code;
  }
}

/**
 * Makes a registry.
 * @param mode APP_MODE: in PAPER everything but the paper broker is refused, before its factory is called.
 * @param factories adapters by broker code.
 */
export function createRegistry(
  mode: 'PAPER' | 'LIVE',
  factories: Readonly<Partial<Record<BrokerCode, PortFactory>>>,
): BrokerRegistry {
  const ports = new Map<string, BrokerPort>();
  return {
    brokerFor(account) {
      const known = ports.get(account.id);
      if (known !== undefined && known.capabilities.broker === account.broker) return known;
      if (mode === 'PAPER' && account.broker !== 'PAPER') {
        throw new BrokerUnavailable(
          'LIVE_BROKER_REFUSED',
          `APP_MODE=PAPER sends no order to ${account.broker}; set APP_MODE=LIVE to allow it.`,
        );
      }
      const factory = factories[account.broker as BrokerCode];
      if (factory === undefined) {
        throw new BrokerUnavailable('BROKER_UNKNOWN', `There is no adapter for broker ${account.broker}.`);
      }
      const port = factory(account);
      ports.set(account.id, port);
      return port;
    },
  };
}
