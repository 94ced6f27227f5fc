import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** The parts of a network in CIDR notation. */
interface Network {
  address: string;
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

/** @see https://www.rfc-editor.org/rfc/rfc4632#section-3.1 */
function networkOf(cidr: string): Network | undefined {
  const [, address = '', digits = ''] = /^(.+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const prefix = Number(digits);
  if (isIPv4(address)) return prefix <= 32 ? { address, prefix, family: 'ipv4' } : undefined;
  if (isIPv6(address)) return prefix <= 128 ? { address, prefix, family: 'ipv6' } : undefined;
  return undefined;
}

/** Whether a text is a network, such as 203.0.113.0/24. */
export function isNetwork(cidr: string): boolean {
  return networkOf(cidr) !== undefined;
}

/** Whether every address of `inner` is also one of `outer`; false for texts that are no networks. */
export function containsNetwork(outer: string, inner: string): boolean {
  const [large, small] = [networkOf(outer), networkOf(inner)];
  if (large === undefined || small === undefined) return false;
  if (large.family !== small.family || large.prefix > small.prefix) return false;
  const list = new BlockList();
  list.addSubnet(large.address, large.prefix, large.family);
  return list.check(small.address, small.family);
}

/** Whether two networks share an address, so that one of them contains the other. */
export function networksMeet(one: string, other: string): boolean {
  return containsNetwork(one, other) || containsNetwork(other, one);
}
