import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../runner/scratch.ts';
import { collect } from './collect.ts';
import { withHosts } from './own-hosts.ts';

/**
 * Runs one of the scripts of this folder where these host names have these addresses, with its request in a file, and reads
 * the answer that it prints after `> `.
 * @param caFile of the authority whose certificates the script itself believes
 */
export async function runScript<T>(
  script: string,
  request: object,
  hosts: ReadonlyMap<string, string>,
  caFile?: string,
): Promise<T> {
  const file = join(scratchFolder(), 'request.json');
  writeFileSync(file, JSON.stringify(request));
  const path = fileURLToPath(new URL(script, import.meta.url));
  const loader = import.meta.resolve('tsx');
  const command = withHosts(hosts, [process.execPath, '--import', loader, path, file]);
  // Not vitest's own variables: what runs there is none of its workers.
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const { output } = await collect(command, {
    ...{ PATH, HOME, XDG_CACHE_HOME },
    ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }),
  });
  const line = output.split('\n').find((one) => one.startsWith('> '));
  if (line === undefined) throw new Error(`${script} gave no answer:\n${output}`);
  return JSON.parse(line.slice(2));
}
