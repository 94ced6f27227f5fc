import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '../../local/demo/program.ts';
import { type Platform, platformEnv } from '../../local/platform.ts';
import { yamlOf } from '../../test/support/yaml.ts';

/** How an app takes the signal to end. */
export const ENDINGS = {
  /** Answers what it has begun to answer, closes its connections, ends. */
  graceful: 'threading.Thread(target=server.shutdown).start()',
  /** Is gone at once, with whatever it was doing. */
  abrupt: 'os._exit(0)',
} as const;
export type Ending = keyof typeof ENDINGS;

const PORT = 8080;
const bundle = fileURLToPath(new URL('../../dist/slipway.mjs', import.meta.url));

/** A web server that keeps connections open, as most do, and answers with its version. */
const server = (ending: Ending): string => `
import os, signal, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = os.environ["VERSION"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
server = Server(("0.0.0.0", ${PORT}), Handler)
signal.signal(signal.SIGTERM, lambda *_: ${ENDINGS[ending]})
server.serve_forever()
`;

/** An app on the local platform that Slipway rolls out with what it writes by itself: nothing is set to make it easier. */
export class ServedApp {
  readonly host: string;
  private readonly namespace: string;
  private readonly platform: Platform;
  private readonly folder: string;
  private readonly ending: Ending;

  private constructor(platform: Platform, ending: Ending, folder: string) {
    this.platform = platform;
    this.ending = ending;
    this.folder = folder;
    this.namespace = `soak-${process.pid}-${ending}`;
    this.host = `${this.namespace}.localhost`;
  }

  static async create(platform: Platform, ending: Ending): Promise<ServedApp> {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-soak-'));
    await program('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
    return new ServedApp(platform, ending, folder);
  }

  /** One rolling update by the bundle, to its end. */
  async roll(version: string): Promise<void> {
    const image = this.platform.baseImages.python;
    const deploy = {
      port: PORT,
      health: '/',
      replicas: 2,
      command: ['python3', '-c', server(this.ending)],
      env: { VERSION: version },
    };
    const config = {
      app: 'soak',
      image: { repository: image.split('@')[0] },
      deploy,
      environments: { staging: { namespace: this.namespace, host: this.host } },
    };
    await writeFile(join(this.folder, 'slipway.yml'), yamlOf(config));
    await program('git', ['add', '--all'], { cwd: this.folder });
    const who = ['-c', 'user.name=soak', '-c', 'user.email=soak@example.com'];
    await program('git', [...who, 'commit', '--quiet', `--message=${version}`], { cwd: this.folder });
    await program(process.execPath, [bundle, 'rolling-update'], {
      cwd: this.folder,
      env: { ...platformEnv(this.platform), INPUT_ENVIRONMENT: 'staging', INPUT_IMAGE: image },
    });
  }

  /** Names of the pods that are there, those that are ending included. */
  async pods(): Promise<string[]> {
    const list = await this.kubectl('get', 'pods', '--output=name');
    return list.split('\n').filter((name) => name !== '');
  }

  async remove(): Promise<void> {
    await this.kubectl('delete', 'namespace', this.namespace, '--ignore-not-found');
    await rm(this.folder, { recursive: true, force: true });
  }

  private kubectl(...args: string[]): Promise<string> {
    const env = platformEnv(this.platform);
    return program('kubectl', ['--namespace', this.namespace, ...args], { env: { ...process.env, ...env } });
  }
}
