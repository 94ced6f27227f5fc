import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileChange, ImageDetails, LayerScan, Observer } from '../../ports.ts';
import type { DockerCli } from './cli.ts';
import { scanLayers } from './content/scan-layers.ts';
import { imageDetails } from './image-details.ts';
import { locateDocker } from './locate.ts';
import { commandFailed } from './translate-engine.ts';

const NO_CONTAINER = /no such container|is not running/i;
const CHANGES = { A: 'added', C: 'changed', D: 'deleted' } as const;

/** Observes containers through /proc of this machine, or by a container beside them where the engine is elsewhere. */
export class DockerObserver implements Observer {
  private readonly docker: DockerCli;
  private readonly layersMs: number | undefined;
  private readonly processes = new Map<string, number | undefined>();
  private readonly images = new Map<string, Promise<ImageDetails>>();

  /**
   * @param env PATH, DOCKER_HOST, DOCKER_CONFIG … of the process
   * @param layersMs milliseconds for the layers of an image; default: what the 20 s of preflight leave
   */
  constructor(env: NodeJS.ProcessEnv, layersMs?: number) {
    this.docker = locateDocker(env);
    this.layersMs = layersMs;
  }

  describe(image: string): Promise<ImageDetails> {
    const asked = this.images.get(image) ?? imageDetails(this.docker, image);
    this.images.set(image, asked);
    return asked;
  }

  layers(image: string, size: number): Promise<LayerScan> {
    return scanLayers(this.docker, image, size, this.layersMs);
  }

  async sockets(id: string, helper: string): Promise<string | undefined> {
    const pid = await this.localProcess(id);
    if (pid !== undefined) return filesOf(`/proc/${pid}/net`, ['tcp', 'tcp6']);
    const beside = ['container', 'run', '--rm', `--network=container:${id}`, '--entrypoint=cat', '--', helper];
    const { code, stdout } = await this.docker.attempt([...beside, '/proc/net/tcp', '/proc/net/tcp6']);
    // Without IPv6, `cat` ends with 1 and has printed the other file.
    return code === 0 || code === 1 ? stdout : undefined;
  }

  async processStatus(id: string): Promise<string | undefined> {
    const pid = await this.localProcess(id);
    return pid === undefined ? undefined : filesOf(`/proc/${pid}`, ['status']);
  }

  async memoryPeak(id: string): Promise<number | undefined> {
    const pid = await this.localProcess(id);
    const groups = pid === undefined ? undefined : await filesOf(`/proc/${pid}`, ['cgroup']);
    if (groups === undefined) return undefined;
    const path = (line: string | undefined) => line?.slice(line.indexOf(':', line.indexOf(':') + 1) + 1) ?? '';
    const lines = groups.split('\n');
    const old = lines.find((line) => /^\d+:([a-z,_=]+,)?memory[,:]/.test(line));
    const unified = path(lines.find((line) => line.startsWith('0::')));
    const text =
      old === undefined
        ? await filesOf(`/sys/fs/cgroup${unified}`, ['memory.peak'])
        : await filesOf(`/sys/fs/cgroup/memory${path(old)}`, ['memory.max_usage_in_bytes']);
    const bytes = Number(text);
    return Number.isFinite(bytes) && bytes > 0 ? bytes : undefined;
  }

  async changes(id: string): Promise<FileChange[]> {
    const failed = (stderr: string) => commandFailed(`changes of container ${id} cannot be listed`, stderr);
    const output = await this.docker.output(['container', 'diff', '--', id], failed);
    return output.split('\n').flatMap((line) => {
      const change = CHANGES[line[0] as keyof typeof CHANGES];
      return change === undefined ? [] : [{ path: line.slice(2), change }];
    });
  }

  async signal(id: string, signal: string): Promise<void> {
    const { code, stderr } = await this.docker.attempt(['container', 'kill', `--signal=${signal}`, '--', id]);
    if (code !== 0 && !NO_CONTAINER.test(stderr)) throw commandFailed(`${signal} cannot be sent to ${id}`, stderr);
  }

  /**
   * Id of the first process, if it is one of this machine: an engine elsewhere reports ids of its own machine, which may be
   * another process here.
   */
  private async localProcess(id: string): Promise<number | undefined> {
    if (this.processes.has(id)) return this.processes.get(id);
    const { stdout } = await this.docker.attempt(['container', 'inspect', '--format={{.State.Pid}}', '--', id]);
    const pid = Number(stdout.trim());
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    const groups = await filesOf(`/proc/${pid}`, ['cgroup']);
    const own = groups?.includes(id) || (await hostnameOf(pid)) === id.slice(0, 12) ? pid : undefined;
    this.processes.set(id, own);
    return own;
  }
}

/** The host name in the container: with a private cgroup namespace, the path of the group has no id. */
async function hostnameOf(pid: number): Promise<string | undefined> {
  return (await filesOf(join('/proc', String(pid), 'root/etc'), ['hostname']))?.trim();
}

/** The contents of those that can be read, one after the other; undefined without any. */
async function filesOf(folder: string, names: string[]): Promise<string | undefined> {
  const texts = await Promise.all(names.map((name) => readFile(`${folder}/${name}`, 'utf8').catch(() => undefined)));
  const read = texts.filter((text) => text !== undefined);
  return read.length === 0 ? undefined : read.join('');
}
