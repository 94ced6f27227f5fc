import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../local/machine/ports.ts';
import { which } from '../../../local/machine/which.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { DOCKER_CONFIG_TYPE } from '../../../src/objects/pull-secrets/logins.ts';
import type { KubeObject } from '../../../src/ports.ts';
import { memoryLog } from '../kube/cluster.ts';
import type { TestPlatform } from '../platform.ts';

const run = promisify(execFile);
const USER = 'nodes';
const PASSWORD = 'pull-me-please';
/** bcrypt of the password, with the lowest cost: `htpasswd -B`. */
const HTPASSWD = `${USER}:$2b$04$NzdH/H3TOHKj2noOGkeyque0ZoQ06luczHLzmocwT2zH7VssdGBYS\n`;

/** A real registry that asks for a login (htpasswd), for one file of tests. */
export class PrivateRegistry {
  readonly host: string;
  /** Its one login, and the forms in which a file would hold the password. */
  readonly login = {
    user: USER,
    password: PASSWORD,
    secrets: [PASSWORD, Buffer.from(`${USER}:${PASSWORD}`).toString('base64')],
  };
  private readonly test: TestPlatform;
  private readonly folder: string;
  private readonly stop: () => void;
  private readonly built: string[] = [];

  private constructor(test: TestPlatform, host: string, folder: string, stop: () => void) {
    this.test = test;
    this.host = host;
    this.folder = folder;
    this.stop = stop;
  }

  static async start(test: TestPlatform, firstPort: number): Promise<PrivateRegistry> {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-private-registry-'));
    const port = await freePort(firstPort);
    const [config, htpasswd] = [join(folder, 'registry.yml'), join(folder, 'htpasswd')];
    writeFileSync(htpasswd, HTPASSWD);
    writeFileSync(
      config,
      [
        'version: 0.1',
        'log: { level: error, accesslog: { disabled: true } }',
        `storage: { filesystem: { rootdirectory: ${JSON.stringify(join(folder, 'storage'))} } }`,
        `http: { addr: "127.0.0.1:${port}" }`,
        `auth: { htpasswd: { realm: private, path: ${JSON.stringify(htpasswd)} } }`,
      ].join('\n'),
    );
    const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
    const program = which('docker-registry') ?? 'docker-registry';
    const server = spawn(program, ['serve', config], { stdio: 'ignore', env });
    const host = `localhost:${port}`;
    const registry = new PrivateRegistry(test, host, folder, () => void server.kill());
    registry.logIn();
    for (let answered = false; !answered; await systemClock.sleep(100)) {
      answered = await fetch(`http://${host}/v2/`).then(
        ({ status }) => status === 401,
        () => false,
      );
    }
    return registry;
  }

  /** The base image of Python with a layer of its own, pushed: no node has it. Its reference by digest. */
  async image(name: string): Promise<string> {
    const context = join(this.folder, name);
    mkdirSync(context);
    writeFileSync(join(context, 'Dockerfile'), `FROM ${this.test.platform.baseImages.python}\nCOPY name /name\n`);
    writeFileSync(join(context, 'name'), `${this.folder} ${name}`);
    const reference = `${this.host}/team/${name}:1`;
    await this.docker(this.test.env, 'build', '--quiet', '--tag', reference, context);
    this.built.push(reference);
    await this.docker(this.env(), 'push', '--quiet', reference);
    const found = await this.client().resolve(reference);
    if (!found) throw new Error(`${reference} is not in the registry after its push`);
    return `${this.host}/team/${name}@${found.digest}`;
  }

  /** Takes an image out of the engine, as on a machine that has never seen it. */
  async forget(name: string): Promise<void> {
    const { stdout } = await run(
      this.test.platform.docker.bin,
      ['image', 'ls', '--quiet', '--no-trunc', `${this.host}/team/${name}`],
      { env: { ...process.env, ...this.test.env } },
    );
    const ids = new Set(stdout.split('\n').filter((id) => id !== ''));
    if (ids.size > 0) await this.docker(this.test.env, 'image', 'rm', '--force', ...ids);
  }

  /** A client with the login, as docker/login-action leaves it on a runner. */
  client(): OciRegistry {
    const googleAccessToken = () => Promise.reject(new Error('no Google registry is used here'));
    return new OciRegistry({ env: this.env(), clock: systemClock, log: memoryLog(), googleAccessToken });
  }

  /** Folder of a configuration of Docker with the login. */
  get dockerConfig(): string {
    return join(this.folder, 'docker');
  }

  /** What `kubectl create secret docker-registry` makes. */
  secret(name: string, namespace: string, password = PASSWORD): KubeObject {
    const auth = Buffer.from(`${USER}:${password}`).toString('base64');
    const config = JSON.stringify({ auths: { [this.host]: { username: USER, password, auth } } });
    const data = { '.dockerconfigjson': Buffer.from(config).toString('base64') };
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: DOCKER_CONFIG_TYPE, data };
  }

  async close(): Promise<void> {
    this.stop();
    if (this.built.length > 0) await this.docker(this.test.env, 'image', 'rm', '--force', ...this.built);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private logIn(): void {
    const auth = Buffer.from(`${USER}:${PASSWORD}`).toString('base64');
    mkdirSync(join(this.folder, 'docker'));
    writeFileSync(join(this.folder, 'docker', 'config.json'), JSON.stringify({ auths: { [this.host]: { auth } } }));
  }

  private env(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.test.env, DOCKER_CONFIG: join(this.folder, 'docker') };
  }

  private async docker(env: NodeJS.ProcessEnv, ...args: string[]): Promise<void> {
    await run(this.test.platform.docker.bin, args, { env: { ...process.env, ...env } });
  }
}
