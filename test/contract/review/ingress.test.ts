import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizationOf } from '../../../src/objects/ingress/login.ts';
import { adminCluster, ownNamespace } from '../../support/kube/cluster.ts';
import { PlayedController } from '../../support/kube/played-controller.ts';
import { requireBuiltPlatform } from '../../support/platform.ts';
import { ReviewStage } from './stage.ts';

const platform = (
  await requireBuiltPlatform(
    'the ways in to review environments',
    'its ingress controller is Skipper, and load balancers are played',
  )
)?.platform;

/** Answers 200, and what a WebSocket says in capitals. */
const PROGRAM = `
import base64, hashlib, http.server as h, signal, sys
signal.signal(15, lambda *_: sys.exit(0))
class App(h.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.headers.get("Upgrade", "").lower() != "websocket":
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")
            return
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.wfile.flush()
        length = self.rfile.read(2)[1] & 127
        mask = self.rfile.read(4)
        said = bytes(byte ^ mask[index % 4] for index, byte in enumerate(self.rfile.read(length)))
        self.wfile.write(bytes([129, length]) + said.upper())
        self.close_connection = True
h.ThreadingHTTPServer(("0.0.0.0", 8080), App).serve_forever()
`;
const TEST = `
import base64, os, urllib.request as u
login = os.environ["BASE_USERNAME"] + ":" + os.environ["BASE_PASSWORD"]
asked = u.Request(os.environ["BASE_URL"], headers={"Authorization": "Basic " + base64.b64encode(login.encode()).decode()})
assert u.urlopen(asked).read() == b"ok"
`;

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
}

describe.skipIf(!platform)('the ways in to review environments', () => {
  const cluster = platform ? adminCluster(platform) : undefined;
  const played = platform && cluster ? new PlayedController(platform, cluster) : undefined;
  const credentials = { user: 'reviewer', password: randomBytes(16).toString('hex') };
  const right = authorizationOf(credentials);
  let stage: ReviewStage;
  let image: string;
  let removeController: (() => Promise<void>) | undefined;
  let controller: string;

  beforeAll(async () => {
    if (!platform || !cluster || !played) throw new Error('no platform');
    stage = await ReviewStage.open(platform);
    image = await stage.image('1', 1);
    const { name: namespace, remove } = await ownNamespace(cluster, 'controller');
    removeController = remove;
    controller = `${namespace}/controller`;
    const service = { apiVersion: 'v1', kind: 'Service', name: 'controller', namespace };
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    await cluster.apply(
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'controller', namespace }, spec },
      { fieldManager: 'test' },
    );
    await played.write(service, { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } });
  });
  afterAll(async () => {
    played?.close();
    try {
      await removeController?.();
    } finally {
      cluster?.close();
      expect((await stage?.close()) ?? []).toEqual([]);
    }
  });

  const base = (number = 1) =>
    `http://pr-${number}-${stage.repositoryId}.127-0-0-1.localhost:${platform?.ingress.port}`;
  const options = (access: string, tests?: string) => ({
    image,
    credentials,
    deploy: `{ command: ${JSON.stringify(['python3', '-c', PROGRAM])}, health: /, drain: 1s }`,
    review: `{ host: "pr-{number}-$ID.{address}.localhost", access: ${access} }`,
    ingress: `kind: skipper, service: ${controller}`,
    ...(tests ? { tests } : {}),
  });
  const send = (headers: Record<string, string>, number = 1) => {
    const url = new URL(base(number));
    return request({ host: '127.0.0.1', port: url.port, path: '/', headers: { host: url.host, ...headers } });
  };
  const ask = async (authorization?: string, number = 1): Promise<Answer> => {
    const sent = send(authorization ? { authorization } : {}, number);
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    return { status: response.statusCode ?? 0, headers: response.headers };
  };
  /** Says something over a WebSocket. @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
  const say = async (text: string): Promise<string> => {
    const key = randomBytes(16).toString('base64');
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const sent = send({ ...upgrade, 'sec-websocket-key': key, authorization: right });
    sent.end();
    const [, socket, head] = await new Promise<[IncomingMessage, Socket, Buffer]>((resolve, reject) => {
      sent.on('upgrade', (...got) => resolve(got as [IncomingMessage, Socket, Buffer]));
      sent.on('response', ({ statusCode }) => reject(new Error(`no upgrade, but an answer: ${statusCode}`)));
      sent.on('error', reject);
    });
    const mask = randomBytes(4);
    const masked = Buffer.from(text).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | masked.length]), mask, masked]));
    let answer = head;
    while (answer.length < 2 + text.length) {
      const [more] = (await once(socket, 'data')) as [Buffer];
      answer = Buffer.concat([answer, more]);
    }
    socket.destroy();
    return answer.subarray(2).toString();
  };
  const comment = (number = 1) => stage.github.actor.comments(number)[0]?.body ?? '';

  it('a host of the address, a login and a network: what is asked for, and by whom it is known', async () => {
    const event = stage.github.actor.openPullRequest({ title: 'Guarded', branch: 'guarded' });
    const run = JSON.stringify(['python3', '-c', TEST]);
    const access = '{ basicAuth: REVIEW_LOGIN, allow: [127.0.0.0/8] }';
    const result = await stage.run(event, options(access, `{ api: { run: ${run}, against: review } }`));
    expect(result.error).toBeUndefined();
    expect(result.outputs).toMatchObject({ url: base(), state: 'ready' });
    expect(comment()).toContain('asks for a name and a password (those of REVIEW_LOGIN), lets in one network alone');
    expect(comment()).toContain('Tests</th><td>✅');
    expect(await ask()).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="Review environment"' },
    });
    expect((await ask(authorizationOf({ ...credentials, password: 'another password' }))).status).toBe(401);
    expect((await ask(right)).status).toBe(200);
  });

  it('a WebSocket goes through', async () => {
    expect(await say('knock knock')).toBe('KNOCK KNOCK');
  });

  it('R13: the login is in nothing that was told, nor in the namespace but as a hash', async () => {
    const namespace = stage.namespace(1);
    const kinds = [
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
      { apiVersion: 'v1', kind: 'Secret' },
      { apiVersion: 'apps/v1', kind: 'Deployment' },
    ];
    const objects = (await Promise.all(kinds.map((kind) => stage.cluster.list(kind, { namespace })))).flat();
    const { password } = credentials;
    const forms = [password, right.slice(6), Buffer.from(password).toString('base64'), encodeURIComponent(right)];
    const told = [comment(), ...stage.lines, JSON.stringify([stage.github.actor.deployments(), objects])].join('\n');
    expect(told).toContain('HeaderSHA256');
    for (const form of forms) expect(told).not.toContain(form);
  });

  it('from another network nobody is let in, and this runner, which is none of it, says what it has not seen', async () => {
    // An environment of its own: of one that is there, the ingress controller knows the old way for a moment longer.
    const event = stage.github.actor.openPullRequest({ title: 'Shut', branch: 'shut' });
    const access = '{ allow: [203.0.113.0/24] }';
    const result = await stage.run(event, options(access));
    expect(result).toMatchObject({ outcome: 'succeeded', outputs: { url: base(2), state: 'ready' } });
    expect(comment(2)).toContain('Slipway could not check that the app answers');
    expect((await ask(right, 2)).status).toBe(403);
    const tests = '{ api: { run: "true", against: review } }';
    const tested = await stage.run(stage.github.actor.synchronize(2), options(access, tests));
    expect(tested.error?.message).toContain('the tests api cannot run: the address of this runner is not among');
  });
});
