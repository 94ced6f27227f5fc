import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { baseImages } from '../../../src/adapters/oci/base-images.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { EnvironmentError } from '../../../src/errors.ts';
import type { BaseImages, Log } from '../../../src/ports.ts';
import type { TestPlatform } from '../../support/platform.ts';

/** What one test file uses of the engine and the registry: names of its own, removed in the end. */
export class ImageRig {
  readonly env: NodeJS.ProcessEnv;
  /** Host of the platform's registry. */
  readonly registry: string;
  /** A repository of this file's own. */
  readonly repository: string;
  /** A label of every image that this file builds. */
  readonly label: string;
  /** Reference of a base image with a shell. */
  readonly base: string;
  readonly folder = mkdtempSync(join(tmpdir(), 'slipway-images-'));
  /** Every line that was logged. */
  readonly lines: string[] = [];
  /** Paths in the platform's registry that were pushed to. */
  readonly pushed = new Set<string>();
  private count = 0;

  constructor({ platform, env }: TestPlatform, name: string) {
    this.env = { ...env, RUNNER_TEMP: this.folder };
    this.registry = platform.registry;
    this.repository = `${platform.registry}/contract-images/${name}-${process.pid}`;
    this.label = `contract-images=${name}-${process.pid}`;
    this.base = platform.baseImages.debian;
  }

  /** A build context with these files. */
  context(files: Record<string, string>): string {
    const folder = join(this.folder, `context-${this.count++}`);
    mkdirSync(folder, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  /** The images that builds read, asked of the platform's registry and engine. */
  get baseImages(): BaseImages {
    const googleAccessToken = () => Promise.reject(new EnvironmentError('no Google credentials here'));
    const options = { env: this.env, clock: systemClock, log: this.log, attempts: 1, googleAccessToken };
    return baseImages(() => new OciRegistry(options), new DockerBuilder(this.env), this.log);
  }

  /** Output of docker, straight from the program. */
  docker(...args: string[]): string {
    return execFileSync('docker', args, { env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Builds a context without any code of ours. */
  build(tag: string, folder: string): void {
    this.docker('build', '--quiet', '--label', this.label, '--tag', tag, folder);
  }

  /** A log that keeps everything. */
  get log(): Log {
    const add = (line: string) => void this.lines.push(line);
    return {
      info: add,
      warning: add,
      debug: () => undefined,
      output: add,
      mask: () => undefined,
      group: (_title, work) => work(),
      progress: (_title, work) => work(),
    };
  }

  /** Removes what this file has built and pushed, and the folder. */
  async close(): Promise<void> {
    const list = (...more: string[]) => this.docker('image', 'ls', ...more).split('\n');
    const [, ...path] = this.repository.split('/');
    const all = list('--format', '{{.Repository}}:{{.Tag}}');
    const named = all.filter((name) => name.includes(`/${path.join('/')}`) && !name.endsWith(':<none>'));
    if (named.length > 0) this.docker('image', 'rm', '--force', ...named);
    const ids = [...new Set(list('--quiet', '--no-trunc', `--filter=label=${this.label}`))].filter((id) => id !== '');
    if (ids.length > 0) this.docker('image', 'rm', '--force', ...ids);
    for (const repository of this.pushed) await this.deletePushed(repository);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async deletePushed(path: string): Promise<void> {
    const api = `http://${this.registry}/v2/${path}`;
    const accept = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';
    const listed = (await (await fetch(`${api}/tags/list`)).json()) as { tags?: string[] | null };
    for (const tag of listed.tags ?? []) {
      const manifest = await fetch(`${api}/manifests/${tag}`, { method: 'HEAD', headers: { accept } });
      const digest = manifest.headers.get('docker-content-digest');
      if (digest) await fetch(`${api}/manifests/${digest}`, { method: 'DELETE' });
    }
  }
}

/**
 * The ways to build on this machine: as the platform does it, and by every client before version 23, whose BuildKit is
 * built in.
 */
export function buildersOf(rig: ImageRig): [name: string, env: NodeJS.ProcessEnv][] {
  const folders = (rig.env.PATH ?? '').split(delimiter).filter((folder) => existsSync(join(folder, 'docker')));
  const old = folders.find((folder) => {
    const version = execFileSync(join(folder, 'docker'), ['--version'], { encoding: 'utf8' });
    return /version (19|20|22)\./.test(version);
  });
  const own: [string, NodeJS.ProcessEnv] = ['the platform’s builder', rig.env];
  if (old === undefined) return [own];
  const env = { ...rig.env, PATH: old, DOCKER_CONFIG: join(rig.folder, 'no-plugins') };
  return [own, [`the built-in BuildKit of ${join(old, 'docker')}`, env]];
}
