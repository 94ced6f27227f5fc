import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { platformEnv } from '../../../local/platform.ts';
import type { Platform } from '../../../local/types.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import type { Log } from '../../../src/ports.ts';

const run = promisify(execFile);
export const REPOSITORY = 'contract/review';

/** The example as the images of one repository's pull requests, in the platform's engine and registry. */
export class StageImages {
  readonly registry: OciRegistry;
  private readonly platform: Platform;
  private readonly repositoryId: number;
  private readonly env: NodeJS.ProcessEnv;
  private readonly pushed = new Set<string>();

  constructor(platform: Platform, repositoryId: number, log: Log) {
    this.platform = platform;
    this.repositoryId = repositoryId;
    this.env = platformEnv(platform);
    const googleAccessToken = () => Promise.reject(new Error('the registry is the local one'));
    this.registry = new OciRegistry({ env: this.env, clock: systemClock, log, googleAccessToken });
  }

  /** Builds and pushes the example under labels of a pull request; resolves to the reference by digest. */
  async make(version: string, number: number): Promise<string> {
    const name = `${this.platform.registry}/${REPOSITORY}:${this.repositoryId}-${version}`;
    const labels = [`slipway.dev/repository-id=${this.repositoryId}`, `slipway.dev/pull-request=${number}`];
    const build = ['build', '--quiet', '--tag', name, '--build-arg', `APP_VERSION=${version}`];
    await this.docker([...build, ...labels.map((label) => `--label=${label}`), 'examples/parking']);
    await this.docker(['push', '--quiet', name]);
    const found = await this.registry.resolve(name);
    if (!found) throw new Error(`${name} is not in the registry after its push`);
    this.pushed.add(found.digest);
    return `${this.platform.registry}/${REPOSITORY}@${found.digest}`;
  }

  /** Ids of those that the engine has. */
  async local(): Promise<string[]> {
    const filter = `--filter=label=slipway.dev/repository-id=${this.repositoryId}`;
    const listed = await this.docker(['image', 'ls', '--quiet', filter]);
    return listed.split('\n').filter((id) => id !== '');
  }

  /** What `make` made, from the registry and from the engine. */
  async remove(): Promise<void> {
    const local = [...new Set(await this.local())];
    if (local.length > 0) await this.docker(['image', 'rm', '--force', ...local]);
    const manifests = `http://${this.platform.registry}/v2/${REPOSITORY}/manifests`;
    for (const digest of this.pushed) await fetch(`${manifests}/${digest}`, { method: 'DELETE' });
  }

  private async docker(args: string[]): Promise<string> {
    return (await run(this.platform.docker.bin, args, { env: { ...process.env, ...this.env } })).stdout;
  }
}
