import { describe, expect, it } from 'vitest';
import { addressList, countedAddress, plainAddress, senderAddress } from './address.ts';

describe('the address of a sender', () => {
  const isTrusted = addressList(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);

  it.each([
    ['is the peer, whatever a stranger writes into the header', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
    ['is what a trusted proxy says', '127.0.0.1', '52.89.214.238', '52.89.214.238'],
    [
      'is the last hop that no trusted proxy has',
      '10.0.0.1',
      '6.6.6.6, 52.89.214.238, 10.9.9.9',
      '52.89.214.238',
    ],
    ['is the proxy itself when it says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['is the last good one when the header holds rubbish', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['is plain where IPv4 comes in IPv6 clothes', '::ffff:127.0.0.1', '::ffff:9.8.7.6', '9.8.7.6'],
  ])('%s', (_name, peer, header, expected) => {
    expect(senderAddress(peer, header, isTrusted)).toBe(expected);
  });

  it('loses port, brackets and zone', () => {
    expect(plainAddress('1.2.3.4:5678')).toBe('1.2.3.4');
    expect(plainAddress('[2001:db8::1]:443')).toBe('2001:db8::1');
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1');
    expect(plainAddress('1.2.3.4.5')).toBe('');
  });
});

describe('a list of addresses', () => {
  it('holds addresses and networks of both kinds, and nothing that is neither', () => {
    const holds = addressList(['52.89.214.238', '192.0.2.0/24', '2001:db8::/32', 'nonsense']);
    expect(['52.89.214.238', '192.0.2.77', '2001:db8:5::1'].every(holds)).toBe(true);
    expect(['52.89.214.239', '192.0.3.1', '2001:db9::1', 'nonsense', ''].some(holds)).toBe(false);
  });
});

describe('what failures are counted by', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8::5', '2001:db8:0:0::'],
    ['::1', '0:0:0:0::'],
    ['', '0.0.0.0'],
  ])('%s → %s', (address, counted) => {
    expect(countedAddress(address)).toBe(counted);
  });
});
