import { rm } from 'node:fs/promises';
import { program } from '../../../local/demo/program.ts';
import { type Platform, platformEnv } from '../../../local/platform.ts';
import { yamlOf } from '../../../test/support/yaml.ts';
import { newFolder, rollOut } from './folder.ts';
import type { Served } from './served.ts';

/** How an app takes the signal to end. */
export const ENDINGS = {
  /** Answers what it has begun to answer, closes its connections, ends. */
  graceful: 'threading.Thread(target=server.shutdown).start()',
  /** Is gone at once, with whatever it was doing. */
  abrupt: 'os._exit(0)',
} as const;
export type Ending = keyof typeof ENDINGS;

const PORT = 8080;

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

/** A small app on the local platform: nothing is set to make it easier. */
export class ServedApp implements Served {
  readonly host: string;
  readonly paths = ['/'];
  readonly podCount = 2;
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
    return new ServedApp(platform, ending, await newFolder());
  }

  async roll(version: number): Promise<void> {
    const image = this.platform.baseImages.python;
    const deploy = {
      port: PORT,
      health: '/',
      replicas: this.podCount,
      command: ['python3', '-c', server(this.ending)],
      env: { VERSION: `version ${version}` },
    };
    const config = {
      app: 'soak',
      image: { repository: image.split('@')[0] },
      deploy,
      environments: { staging: { namespace: this.namespace, host: this.host } },
    };
    await rollOut(this.platform, this.folder, yamlOf(config), image);
  }

  isOf(version: number, answer: string): boolean {
    return answer === `version ${version}`;
  }

  async pods(): Promise<string[]> {
    const list = await this.kubectl('get', 'pods', '--output=name');
    return list.split('\n').filter((name) => name !== '');
  }

  use() {
    return { stop: async () => [] };
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
