/**
 * Who sent a request: the peer's address or, behind a trusted proxy, the one that the proxy names. Pure.
 */
import { BlockList, isIP, isIPv6 } from 'node:net';

/** TradingView's senders (IPv4 only), as their help page lists them; one click puts them on a source's allow-list. */
export const TRADINGVIEW_ADDRESSES = [
  '52.89.214.238',
  '34.212.75.30',
  '54.218.53.128',
  '52.32.178.7',
] as const;

const IPV6_NETWORK_GROUPS = 4;

/** A plain address: without port, zone and the prefix of an IPv4 address in IPv6 clothes. '' when it is none. */
export function plainAddress(text: string | undefined): string {
  let address = (text ?? '').trim();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(address);
  if (bracketed) address = bracketed[1] ?? '';
  else if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(address)) address = address.slice(0, address.indexOf(':'));
  address = address.split('%')[0]?.replace(/^::ffff:(?=\d+\.)/i, '') ?? '';
  return isIP(address) ? address : '';
}

/** A matcher of addresses and networks (`10.0.0.0/8`, `52.89.214.238`, `fd00::/8`); what is neither is skipped. */
export function addressList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) {
    const [host = '', bits] = entry.split('/');
    const kind = isIP(host);
    if (kind === 0) continue;
    const family = kind === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(host, family);
    else list.addSubnet(host, Number(bits), family);
  }
  return (address) => isIP(address) > 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * The sender's address. Only where the peer is a trusted proxy is X-Forwarded-For believed, from its end to the
 * first address that no trusted proxy has: what stands before that the sender may have made up.
 */
export function senderAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string {
  let sender = plainAddress(peer);
  const hops = (forwardedFor ?? '').split(',').map((hop) => plainAddress(hop));
  while (isTrusted(sender)) {
    const next = hops.pop();
    if (next === undefined || next === '') break;
    sender = next;
  }
  return sender;
}

/** What failures are counted by: an IPv4 address, the /64 of an IPv6 one (a sender has all of it). */
export function countedAddress(address: string): string {
  if (!isIPv6(address)) return address || '0.0.0.0';
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    while (groups.length + rest.length < 8) groups.push('0');
    groups.push(...rest);
  }
  return `${groups.slice(0, IPV6_NETWORK_GROUPS).join(':')}::`;
}
