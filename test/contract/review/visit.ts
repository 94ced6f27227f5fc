import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

/** A request to an app behind the ingress: as in a browser, a name under .localhost is this machine. */
export async function visit(address: string, body?: object): Promise<{ status: number; body: unknown }> {
  const url = new URL(address);
  const options = {
    host: '127.0.0.1',
    port: url.port,
    path: url.pathname,
    method: body ? 'POST' : 'GET',
    headers: { host: url.host, 'content-type': 'application/json' },
  };
  const sent = request(options);
  sent.end(body ? JSON.stringify(body) : undefined);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const text = (await response.setEncoding('utf8').toArray()).join('');
  return { status: response.statusCode ?? 0, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
