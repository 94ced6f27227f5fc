import { type ClientRequest, request as requestHttp } from 'node:http';
import type { Load, ProbeAnswer, ProbeRequest, Prober } from '../../ports.ts';

/** Asks containers with Node's client, each request over a new connection, as the kubelet does. */
export const prober: Prober = { ask, load };

function ask(wanted: ProbeRequest): Promise<ProbeAnswer | undefined> {
  return new Promise((resolve) => {
    const sent = send(wanted);
    const end = (answer: ProbeAnswer | undefined) => {
      sent.destroy();
      resolve(answer);
    };
    sent.on('error', () => resolve(undefined));
    sent.setTimeout(wanted.timeoutMs, () => end(undefined));
    sent.on('response', ({ statusCode = 0, headers }) =>
      end({ status: statusCode, location: headers.location ?? '', upgraded: false }),
    );
    sent.on('upgrade', ({ statusCode = 0 }) => end({ status: statusCode, location: '', upgraded: true }));
    sent.end();
  });
}

function send({ address, port, method, path, headers }: ProbeRequest): ClientRequest {
  return requestHttp({ host: address, port, method, path, headers: { ...headers }, agent: false });
}

/** One request of the load. */
interface InFlight {
  sent: boolean;
}

function load(wanted: ProbeRequest, atOnce: number): ReturnType<Prober['load']> {
  const counts: Load = { answered: 0, broken: 0 };
  const open = new Set<InFlight>();
  const counted = new Set<InFlight>();
  let stopped = false;
  const one = () =>
    new Promise<boolean>((resolve) => {
      const flight: InFlight = { sent: false };
      const request = send(wanted);
      const end = (isAnswered: boolean) => {
        if (!open.delete(flight)) return;
        if (isAnswered) counts.answered++;
        else if (counted.has(flight) && flight.sent) counts.broken++;
        request.destroy();
        resolve(isAnswered);
      };
      open.add(flight);
      request.on('socket', (socket) =>
        socket.once('connect', () => request.once('finish', () => (flight.sent = true))),
      );
      request.on('error', () => end(false));
      request.on('response', (response) => {
        response.on('error', () => end(false));
        response.on('end', () => end(true));
        response.resume();
      });
      request.setTimeout(wanted.timeoutMs, () => end(false));
      request.end();
    });
  const worker = async () => {
    while (!stopped) if (!(await one())) await new Promise((next) => setTimeout(next, 20));
  };
  const workers = Array.from({ length: atOnce }, worker);
  return {
    mark: () => {
      for (const flight of open) counted.add(flight);
    },
    stop: async () => {
      stopped = true;
      await Promise.all(workers);
      return counts;
    },
  };
}
