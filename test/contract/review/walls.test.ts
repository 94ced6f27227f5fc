import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enforcePolicies, policyEngine } from '../../../local/enforce.ts';
import { network, ports } from '../../../local/network.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { requireBuiltPlatform } from '../../support/platform.ts';
import { ReviewStage } from './stage.ts';
import { visit } from './visit.ts';

const platform = (await requireBuiltPlatform('the walls around review environments', 'the engine works on the node'))
  ?.platform;
const MINUTES = 60_000;
const METADATA = '169.254.169.254';
/** Asks from within its pod: `/<host>/<port>` is `open`, `closed` or `no such name`. */
const CODE = `
import http.server, socket
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        host, port = (self.path.split('/') + [''])[1:3]
        self.send_response(200)
        self.end_headers()
        self.wfile.write((ask(host, int(port)) if port else 'up').encode())
    def log_message(self, *_): pass
def ask(host, port):
    try: address = socket.getaddrinfo(host, port, socket.AF_INET)[0][4]
    except OSError: return 'no such name'
    try: socket.create_connection(address, timeout=5).close()
    except OSError: return 'closed'
    return 'open'
http.server.ThreadingHTTPServer(('', 8080), Handler).serve_forever()
`;

describe.skipIf(!platform)('R14: the walls around an environment, with an engine that enforces them', () => {
  let stage: ReviewStage;
  /** The address is ours: now, or of a run that was killed. */
  let added = false;
  let engine: string;
  const metadata = createServer((_, response) => response.end('token'));

  beforeAll(async () => {
    if (!platform) throw new Error('no platform');
    engine = await policyEngine();
    stage = await ReviewStage.open(platform);
    await ip('replace');
    added = true;
    metadata.listen(0, METADATA);
    await once(metadata, 'listening');
  }, 10 * MINUTES);
  afterAll(async () => {
    metadata.closeAllConnections();
    metadata.close();
    if (added) await ip('del').catch(() => undefined);
    expect((await stage?.close()) ?? []).toEqual([]);
  });

  const ip = (verb: 'replace' | 'del') =>
    promisify(execFile)('ip', ['address', verb, `${METADATA}/32`, 'dev', network.link]);
  const create = (object: KubeObject) => stage.cluster.create(object, { fieldManager: 'test' });

  /** Pods of somebody else in the cluster, one of which may be asked from outside. */
  const neighbours = async (image: string) => {
    const namespace = `neighbour-${stage.repositoryId}`;
    const labels = { 'slipway.dev/repository-id': String(stage.repositoryId) };
    await create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
    const env = [{ name: 'CODE', value: CODE }];
    const container = { name: 'web', image, command: ['python3', '-c', CODE], env };
    for (const name of ['staging', 'partner']) {
      const spec = { containers: [container], automountServiceAccountToken: false, terminationGracePeriodSeconds: 0 };
      await create({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels: { name } }, spec });
    }
    const spec = { selector: { name: 'staging' }, ports: [{ port: 80, targetPort: 8080 }] };
    await create({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'staging', namespace }, spec });
    const service = { name: 'staging', port: { number: 80 } };
    const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }];
    const rules = [{ host: `${namespace}.localhost`, http: { paths } }];
    const ingress = { ingressClassName: platform?.ingress.className, rules };
    await create({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'staging', namespace },
      spec: ingress,
    });
    const address = async () => {
      const pod = await stage.cluster.get({ apiVersion: 'v1', kind: 'Pod', name: 'partner', namespace });
      return (pod?.status as { podIP?: string } | undefined)?.podIP;
    };
    await expect.poll(address, { timeout: 120_000 }).toBeDefined();
    return {
      namespace,
      url: `http://${namespace}.localhost:${platform?.ingress.port}`,
      partner: (await address()) ?? '',
    };
  };

  it('nothing is reached but the database, names and what review.egress opens; and the ingress reaches the app', async ({
    onTestFinished,
  }) => {
    if (!platform) return;
    const image = await stage.image('1', 1);
    const { namespace: theirs, url: theirUrl, partner } = await neighbours(image);
    const event = stage.github.actor.openPullRequest({ title: 'curious', branch: 'curious' });
    const deploy = { command: 'exec python3 -c "$CODE"', env: { CODE }, drain: '1s' };
    const database = { image: '$REGISTRY/library/postgres:15' };
    const review = { host: 'pr-{number}-$ID.localhost', database, egress: [`${partner}/32`] };
    const up = await stage.run(event, { image, deploy: JSON.stringify(deploy), review: JSON.stringify(review) });
    expect(up.error).toBeUndefined();
    const { url = '', namespace = '' } = up.outputs;

    const metadataPort = (metadata.address() as AddressInfo).port;
    const forbidden = [
      [url, `staging.${theirs}.svc.cluster.local`, 80],
      [url, 'kubernetes.default.svc.cluster.local', 443],
      [url, network.node, ports.api],
      [url, METADATA, metadataPort],
      [theirUrl, `database.${namespace}.svc.cluster.local`, 5432],
    ] as const;
    const allowed = [
      [url, 'database', 5432],
      [url, partner, 8080],
      [theirUrl, `parking.${namespace}.svc.cluster.local`, 80],
    ] as const;
    const ask = (questions: readonly (readonly [string, string, number])[]) =>
      Promise.all(questions.map(async ([from, host, port]) => (await visit(`${from}/${host}/${port}`)).body));
    const all = (answer: string, questions: readonly unknown[]) => questions.map(() => answer);

    // Without an engine nothing is in the way: what is refused below is refused by the policies.
    await expect
      .poll(() => ask([...forbidden, ...allowed]), { timeout: 120_000 })
      .toEqual(all('open', [...forbidden, ...allowed]));
    const enforcement = await enforcePolicies(engine, platform, [namespace]);
    onTestFinished(() => enforcement.stop());
    const closed = expect.poll(() => ask(forbidden), { timeout: 120_000 }).toEqual(all('closed', forbidden));
    await Promise.race([closed, enforcement.ended]);
    expect(await ask(allowed)).toEqual(all('open', allowed));
    expect((await visit(url)).status).toBe(200);
    // And the engine leaves nothing in the way of others.
    await enforcement.stop();
    expect(await ask([...forbidden, ...allowed])).toEqual(all('open', [...forbidden, ...allowed]));
  });
});
