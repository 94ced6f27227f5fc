import { connect, createServer, type Socket } from 'node:net';
import { EnvironmentError, messageOf } from '../../errors.ts';
import type { Forward } from '../../ports.ts';

/**
 * Forwards a port of an address of this machine to the same port of its loopback.
 * @throws EnvironmentError when the address is not one of this machine
 */
export async function forwardToLoopback(address: string, port: number): Promise<Forward> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const server = createServer((incoming) => {
    const outgoing = connect({ host: 'localhost', port });
    keep(incoming);
    keep(outgoing);
    incoming.once('close', () => outgoing.destroy());
    outgoing.once('close', () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  const problem = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(port, address, () => resolve(undefined));
  });
  // A server that listens on all addresses is reached at this one, too.
  if (problem && 'code' in problem && problem.code === 'EADDRINUSE') return { address, close: async () => undefined };
  if (problem) throw cannotForward(address, port, problem);
  return {
    address,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function cannotForward(address: string, port: number, cause: Error): EnvironmentError {
  return new EnvironmentError(`containers cannot reach port ${port} of this machine: ${messageOf(cause)}`, {
    details: [`${address} is the gateway of the test's network; the engine may run on another machine`],
    remedy:
      'Give the environment a host that containers reach as well (review.host), or use the engine of this machine.',
    cause,
  });
}
