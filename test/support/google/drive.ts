import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createLog } from '../../../src/adapters/actions/create-log.ts';
import { Secrets } from '../../../src/adapters/actions/secrets.ts';
import { GKE_ENDPOINTS } from '../../../src/adapters/gke/endpoint.ts';
import { openGke } from '../../../src/adapters/gke/open.ts';
import { readAdc } from '../../../src/adapters/google/adc.ts';
import { readToken } from '../../../src/adapters/google/read-token.ts';
import { googleAccessToken } from '../../../src/adapters/google/token.ts';
import { NoCredential } from '../../../src/adapters/kube/failure.ts';
import { Transport } from '../../../src/adapters/kube/transport.ts';
import { SlipwayError } from '../../../src/errors.ts';

/**
 * Runs the Google adapters in a process of their own, because host names are changed for a whole process only:
 * `drive.ts token`, or `drive.ts gke <path> <endpoint>` with one path of the Kubernetes API per line on stdin.
 * Each fact is one line on stdout: `> ` and JSON. Everything else there is what the adapters log.
 */
const tell = (fact: object): void => console.log(`> ${JSON.stringify(fact)}`);
const [command, ...args] = process.argv.slice(2);

try {
  if (command === 'token') await token();
  else if (command === 'read-token')
    tell({ token: await readToken(JSON.parse(readFileSync(readAdc().file ?? '', 'utf8'))) });
  else await gke(args);
} catch (thrown) {
  const error = thrown instanceof NoCredential ? thrown.cause : thrown;
  if (!(error instanceof SlipwayError)) throw error;
  const { name, message, remedy, details } = error;
  tell({ error: name, message, remedy, details });
  process.exitCode = 1;
}

async function token(): Promise<void> {
  const [first, second] = await Promise.all([googleAccessToken(), googleAccessToken()]);
  const third = await googleAccessToken();
  tell({ token: first.token, expiresAt: first.expiresAt, same: first.token === second.token, third: third.token });
}

async function gke([path = '', wanted = 'auto']: string[]): Promise<void> {
  const endpoint = GKE_ENDPOINTS.find((one) => one === wanted);
  const connection = await openGke(path, { log: createLog(process.env, new Secrets()), endpoint });
  const { name, server, principal } = connection;
  tell({ name, server, principal, kind: connection.endpoint, ownAuthority: connection.ca !== undefined });
  const transport = new Transport(connection);
  try {
    for await (const resource of createInterface({ input: process.stdin })) await ask(transport, resource);
  } finally {
    transport.close();
  }
}

async function ask(transport: Transport, path: string): Promise<void> {
  const response = await transport.send({ method: 'GET', path });
  const parts: Buffer[] = [];
  for await (const part of response.body) parts.push(part);
  tell({ status: response.status, body: JSON.parse(Buffer.concat(parts).toString('utf8')) });
}
