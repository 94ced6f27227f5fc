import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../../src/adapters/kube/connection.ts';

export type Counts = Record<'reads' | 'watches' | 'dry runs' | 'writes' | 'questions', number>;

/** A front of the API server that counts what it is asked. */
export interface Counter {
  port: number;
  counts: Counts;
  close(): void;
}

/** Speaks plain HTTP and signs in to the API server itself, so that requests can be read. */
export async function countRequests(connection: Connection): Promise<Counter> {
  const { ca, cert, key, server } = connection;
  const agent = new Agent({ keepAlive: true, ca, cert, key });
  const counts: Counts = { reads: 0, watches: 0, 'dry runs': 0, writes: 0, questions: 0 };
  const front = createServer((incoming, outgoing) => {
    counts[classOf(incoming)] += 1;
    const { host: _host, ...headers } = incoming.headers;
    const upstream = request(new URL(incoming.url ?? '/', server), { agent, method: incoming.method, headers });
    upstream.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    incoming.pipe(upstream);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    port: (front.address() as AddressInfo).port,
    counts,
    close() {
      front.close();
      front.closeAllConnections();
      agent.destroy();
    },
  };
}

function classOf({ method, url = '' }: IncomingMessage): keyof Counts {
  if (/\/selfsubject(access|rules)reviews/.test(url)) return 'questions';
  if (method === 'GET') return /[?&]watch=(1|true)/.test(url) ? 'watches' : 'reads';
  return /[?&]dryRun=All/.test(url) ? 'dry runs' : 'writes';
}
