/** Who can reach a listening port: everybody, only the container itself, or nobody. */
export type Listening = 'everywhere' | 'loopback' | 'not';

const LISTEN = '0A';
/** 127.0.0.1 and ::1, as the kernel writes them (bytes of each word in the machine's order). */
const LOOPBACK = /^(0100007F|00000000000000000000000001000000)$/;

/**
 * Reads /proc/net/tcp and /proc/net/tcp6 of a container, one after the other.
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function listening(sockets: string, port: number): Listening {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const addresses = sockets
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTEN && local?.endsWith(`:${wanted}`))
    .map(([, local = '']) => local.slice(0, local.indexOf(':')));
  if (addresses.length === 0) return 'not';
  return addresses.every((address) => LOOPBACK.test(address)) ? 'loopback' : 'everywhere';
}
