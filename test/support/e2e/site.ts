import { once } from 'node:events';
import { request } from 'node:http';

export interface Answer {
  status: number;
  text: string;
  /** The body as JSON. */
  json<T>(): T;
}

/**
 * Opens a page of a host behind the ingress on this machine, as a person does who clicks on its URL.
 * @param url as an action told it, such as http://pr-7.parking.localhost:8080/lots
 * @param body is sent as JSON by POST
 */
export async function open(url: string, body?: object): Promise<Answer> {
  const { port, pathname, search, host } = new URL(url);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const call = request({
    host: '127.0.0.1',
    port: port || 80,
    path: `${pathname}${search}`,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      host,
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    },
    timeout: 10_000,
  });
  call.on('timeout', () => call.destroy(new Error(`${url}: no answer in 10 s`)));
  call.end(text);
  const [response] = await once(call, 'response');
  let answer = '';
  for await (const chunk of response.setEncoding('utf8')) answer += chunk;
  return { status: response.statusCode, text: answer, json: <T>() => JSON.parse(answer) as T };
}
