import { get } from 'node:http';

const TIMEOUT_MS = 5_000;

/**
 * What the API answers to a GET, from JSON. Rejects for any status but 200.
 *
 * Each request has a connection of its own (`agent: false`): a Service spreads connections and not requests, and one that
 * is kept open stays with a pod until that pod ends.
 */
export function getJson(url) {
  return new Promise((resolve, reject) => {
    const call = get(url, { agent: false, timeout: TIMEOUT_MS }, async (response) => {
      try {
        let text = '';
        for await (const part of response.setEncoding('utf8')) text += part;
        if (response.statusCode !== 200) throw new Error(`${url} answers ${response.statusCode}`);
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error);
      }
    });
    call.on('timeout', () => call.destroy(new Error(`${url} does not answer in ${TIMEOUT_MS / 1000} s`)));
    call.on('error', reject);
  });
}
