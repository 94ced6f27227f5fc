/** A TCP socket of a network namespace. */
export interface Socket {
  /** As the kernel writes it: hexadecimal, bytes of each word in the machine's order. */
  address: string;
  port: number;
  /** Port of the other end; 0 for a socket that listens. */
  remotePort: number;
  /** Hexadecimal number of the state: 0A listens. */
  state: string;
  /** A process holds it: the kernel writes inode 0 for a connection that still waits for accept(2). */
  isHeld: boolean;
}

const LISTENS = '0A';
const ESTABLISHED = '01';
/** 127.0.0.0/8, also as an IPv6 address, and ::1. */
const LOOPBACK = /^(.{6}7F|0{16}FFFF0000.{6}7F|0{24}01000000)$/;

/**
 * Reads /proc/net/tcp and /proc/net/tcp6, one after the other.
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function socketsOf(text: string): Socket[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, local = '', remote = '', state = '', , , , , , inode = '0']) => {
      if (!END.test(local) || !END.test(remote)) return [];
      return [{ ...endOf(local), remotePort: endOf(remote).port, state, isHeld: inode !== '0' }];
    });
}

/** An address and a port. */
const END = /^[0-9A-F]{8,32}:[0-9A-F]{4}$/;

function endOf(text: string): { address: string; port: number } {
  const at = text.indexOf(':');
  return { address: text.slice(0, at), port: Number.parseInt(text.slice(at + 1), 16) };
}

export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address);
}

/** The clients' ports of the connections to a port that its process has accepted. */
export function acceptedOn(sockets: readonly Socket[], port: number): number[] {
  return sockets
    .filter((one) => one.port === port && one.state === ESTABLISHED && one.isHeld)
    .map(({ remotePort }) => remotePort);
}

/** A port, and whether only the container itself reaches it. */
export interface Listener {
  port: number;
  loopback: boolean;
}

/** Docker's own DNS server listens at this address of each container. */
const DOCKER_DNS = '0B00007F';

/** The ports that are listened on, each once; `loopback` if no socket of it has another address. */
export function listenersOf(sockets: readonly Socket[]): Listener[] {
  const ports = new Map<number, boolean>();
  for (const { address, port, state } of sockets) {
    if (state !== LISTENS || address === DOCKER_DNS) continue;
    ports.set(port, (ports.get(port) ?? true) && isLoopback(address));
  }
  return [...ports].map(([port, loopback]) => ({ port, loopback }));
}
