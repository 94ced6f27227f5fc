import { isIP } from 'node:net';
import { ADDRESS } from './ingress-spec.ts';

/**
 * An IP address as a part of a host name of sslip.io and nip.io: with dashes. An IPv6 address that begins or ends with
 * `::` gets a 0 there, because a label cannot begin or end with a dash.
 * @see https://sslip.io
 */
export function dashed(address: string): string {
  const whole = address.replace(/^::/, '0::').replace(/::$/, '::0');
  return whole.toLowerCase().replace(/[.:]/g, '-');
}

/** The host with this address in place of {address}. */
export function hostAt(host: string, address: string): string {
  return host.replaceAll(ADDRESS, dashed(address));
}

/** An address as the host of a URL. @see https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2 */
export function inUrl(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address;
}

interface LoadBalanced {
  status?: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/** The addresses in the status of a Service or an Ingress, IPv4 first; host names where a cloud assigns names. */
export function addressesOf(object: unknown): { ip: string | undefined; hostname: string | undefined } {
  const given = (object as LoadBalanced).status?.loadBalancer?.ingress ?? [];
  const ips = given.flatMap(({ ip }) => ip ?? []);
  return {
    ip: ips.find((one) => isIP(one) === 4) ?? ips[0],
    hostname: given.find(({ hostname }) => hostname)?.hostname,
  };
}
