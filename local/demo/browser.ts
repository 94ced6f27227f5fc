import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** The front page of a host behind the ingress on this machine; an empty text where it does not answer with 200. */
export function fetchPage(port: number, host: string, path = '/'): Promise<string> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path, headers: { host: `${host}:${port}` }, timeout: 5_000 });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(''));
    call.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve(response.statusCode === 200 ? body : ''));
    });
    call.end();
  });
}

const PATIENCE_MS = 15_000;

/** Waits until `holds`; rejects, saying what was waited for, after 15 s. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`in ${PATIENCE_MS / 1000} s it did not come true that ${what}`);
    await sleep(200);
  }
}
