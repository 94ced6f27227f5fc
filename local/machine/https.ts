import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { keysDir } from '../paths.ts';

/** The status that a server of the cluster answers to one of the cluster's identities; 0 where it does not answer. */
export function request(url: string, identity: string): Promise<number> {
  const key = (file: string) => readFileSync(join(keysDir, file));
  const tls = { ca: key('ca.crt'), cert: key(`${identity}.crt`), key: key(`${identity}.key`) };
  return new Promise((resolve) => {
    const call = get(url, { ...tls, timeout: 2_000, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(0));
  });
}
