import { type ClientRequest, request as requestHttp } from 'node:http';
import type { ProbeAnswer, ProbeRequest, Prober } from '../../ports.ts';

/** Asks containers with Node's client, each request over a new connection, as the kubelet does. */
export const prober: Prober = { ask, read, load };

function ask(wanted: ProbeRequest): Promise<ProbeAnswer | undefined> {
  return new Promise((resolve) => {
    const sent = send(wanted);
    const end = (answer: ProbeAnswer | undefined) => {
      sent.destroy();
      resolve(answer);
    };
    sent.on('error', () => resolve(undefined));
    sent.on('response', ({ statusCode = 0, headers }) =>
      end({ status: statusCode, location: headers.location ?? '', upgraded: false }),
    );
    sent.on('upgrade', ({ statusCode = 0 }) => end({ status: statusCode, location: '', upgraded: true }));
    sent.end();
  });
}

function read(wanted: ProbeRequest, mostBytes: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sent = send(wanted);
    const parts: Buffer[] = [];
    let bytes = 0;
    const end = (text: string | undefined) => {
      sent.destroy();
      resolve(text);
    };
    sent.on('error', () => resolve(undefined));
    sent.on('upgrade', () => end(undefined));
    sent.on('response', (response) => {
      if (response.statusCode !== 200) return end(undefined);
      response.on('error', () => resolve(undefined));
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > mostBytes) end(undefined);
        else parts.push(part);
      });
      response.on('end', () => end(Buffer.concat(parts).toString('utf8')));
    });
    sent.end();
  });
}

/** The timeout holds for the connection as well: the address of a container that has ended answers nothing. */
function send({ address, port, method, path, headers, timeoutMs }: ProbeRequest, stop?: AbortSignal): ClientRequest {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = stop === undefined ? timeout : AbortSignal.any([timeout, stop]);
  return requestHttp({ host: address, port, method, path, headers: { ...headers }, agent: false, signal });
}

/** Milliseconds for the last answers, once nothing more is asked. */
const LAST_MS = 500;

function load(wanted: ProbeRequest, atOnce: number): ReturnType<Prober['load']> {
  let answered = 0;
  const broken: number[] = [];
  const over = new AbortController();
  let [marked, eased] = [false, false];
  const one = () =>
    new Promise<boolean>((resolve) => {
      let localPort: number | undefined;
      let ended = false;
      const request = send(wanted, over.signal);
      const end = (isAnswered: boolean) => {
        if (ended) return;
        ended = true;
        if (isAnswered) answered++;
        else if (marked && localPort !== undefined) broken.push(localPort);
        request.destroy();
        resolve(isAnswered);
      };
      request.on('socket', (socket) =>
        socket.once('connect', () => {
          localPort = socket.localPort;
        }),
      );
      request.on('error', () => end(false));
      request.on('response', (response) => {
        response.on('error', () => end(false));
        response.on('end', () => end(true));
        response.resume();
      });
      request.end();
    });
  const worker = async () => {
    while (!eased) if (!(await one())) await new Promise((next) => setTimeout(next, 20));
  };
  const workers = Array.from({ length: atOnce }, worker);
  return {
    mark: () => {
      marked = true;
    },
    ease: () => {
      eased = true;
    },
    stop: async () => {
      eased = true;
      // After a look at the sockets: on a busy machine an answer may have arrived that nobody has read yet.
      const last = setTimeout(() => setImmediate(() => over.abort()), LAST_MS);
      await Promise.all(workers);
      clearTimeout(last);
      return { answered, broken };
    },
  };
}
