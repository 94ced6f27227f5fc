import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { KubeCluster } from '../../../src/adapters/kube/kube-cluster.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { Inputs } from '../../../src/inputs/read.ts';
import { rollingUpdateInputs } from '../../../src/inputs/rolling-update.ts';
import { planRollout } from '../../../src/plan/rollout-plan.ts';
import { runRollingUpdate } from '../../../src/stages/rollout/run.ts';
import type { TestPlatform } from '../platform.ts';
import { push } from '../unit/events.ts';
import { yamlOf } from '../yaml.ts';
import { ownNamespace } from './cluster.ts';
import { realPorts } from './real.ts';

/** Answers with its version, and closes no connection that is in use: it stops when all are answered. */
const PROGRAM = `
import http.server as h, os, signal, threading
class App(h.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = os.environ.get("VERSION", "").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = h.ThreadingHTTPServer(("0.0.0.0", 8080), App)
signal.signal(15, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
`;

/** An app behind one way in: staging in a namespace of its own, rolled out as the action does it. */
export async function wayIn(
  test: TestPlatform,
  cluster: KubeCluster,
  remove: (() => Promise<void>)[],
  { ingress, environment = {} }: { ingress: object; environment?: object },
) {
  const { name: namespace, remove: gone } = await ownNamespace(cluster, 'way-in');
  remove.push(gone);
  const host = `${namespace}.localhost`;
  const ports = realPorts(test, cluster);
  const [repository = '', digest = ''] = test.platform.baseImages.python.split('@');
  const update = (version: string, { replicas = 1, timeout = '120s', env = {} } = {}) => {
    const deploy = {
      command: ['python3', '-c', PROGRAM],
      health: '/',
      replicas,
      env: { VERSION: version, ...env },
    };
    const environments = { staging: { namespace, host, ...environment } };
    const config = { app: 'parking', image: { repository }, deploy, ingress, environments };
    const inputs = rollingUpdateInputs(new Inputs({ INPUT_IMAGE: digest, INPUT_TIMEOUT: timeout }));
    const context = { config: parseConfig(yamlOf(config), 'slipway.yml'), event: push(), workingDirectory: '/' };
    return runRollingUpdate(planRollout(inputs, context), ports);
  };
  return { namespace, host, ports, update };
}

/** Asks a port of this machine for the page / of a host; `200 body`. */
export async function ask(port: number, host: string): Promise<string> {
  const sent = request({ host: '127.0.0.1', port, path: '/', headers: { host }, agent: false });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return `${answer.statusCode} ${await text(answer)}`;
}
