import { describe, expect, it } from 'vitest';
import type { BrokerPort } from './port.ts';
import { BrokerUnavailable, createRegistry } from './registry.ts';

const portOf = (broker: string) => ({ capabilities: { broker } }) as unknown as BrokerPort;
const PAPER_ONLY = { PAPER: () => portOf('PAPER') };
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error instanceof BrokerUnavailable ? error.code : error;
  }
  return null;
};

describe('the registry of brokers', () => {
  it('gives each account its own port, and the same one again', () => {
    const registry = createRegistry('PAPER', PAPER_ONLY);
    const first = registry.brokerFor({ id: 'a', broker: 'PAPER' });
    expect(registry.brokerFor({ id: 'a', broker: 'PAPER' })).toBe(first);
    expect(registry.brokerFor({ id: 'b', broker: 'PAPER' })).not.toBe(first);
  });

  it('makes no port of a live broker in paper mode, whatever adapters there are', () => {
    let made = 0;
    const alpaca = () => {
      made += 1;
      return portOf('ALPACA');
    };
    const registry = createRegistry('PAPER', { ALPACA: alpaca });
    expect(codeOf(() => registry.brokerFor({ id: 'a', broker: 'ALPACA' }))).toBe('LIVE_BROKER_REFUSED');
    expect(made).toBe(0);
    expect(createRegistry('LIVE', { ALPACA: alpaca }).brokerFor({ id: 'a', broker: 'ALPACA' })).toBeDefined();
    expect(made).toBe(1);
  });

  it('says which broker it has no adapter for', () => {
    expect(codeOf(() => createRegistry('LIVE', {}).brokerFor({ id: 'a', broker: 'CCXT' }))).toBe(
      'BROKER_UNKNOWN',
    );
  });
});
