import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that is longer by a given time. */
export interface Distance {
  /** On 127.0.0.1. */
  port: number;
  close(): void;
}

/**
 * Puts a server further away: every byte arrives later by half of `roundTripMs` in each direction, and a connection takes
 * a whole one before it is there. Bandwidth is not limited.
 */
export async function putFurtherAway(host: string, port: number, roundTripMs: number): Promise<Distance> {
  const open = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (near) => {
    const far = connect(port, host);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => open.delete(socket));
    }
    setTimeout(() => near.resume(), roundTripMs);
    carry(near, far, roundTripMs / 2);
    carry(far, near, roundTripMs / 2);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Timers of one length fire in the order in which they were set, so that nothing is overtaken. */
function carry(from: Socket, to: Socket, ms: number): void {
  from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), ms));
  from.on('end', () => setTimeout(() => to.end(), ms));
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.destroy(), ms));
}
