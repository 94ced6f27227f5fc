import { createHash } from 'node:crypto';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { DockerBuilder } from '../../../src/adapters/docker/builder.ts';
import { localFiles } from '../../../src/adapters/files/local-files.ts';
import { OciReferrers } from '../../../src/adapters/oci/referrers.ts';
import { OciRegistry } from '../../../src/adapters/oci/registry.ts';
import { EnvironmentError } from '../../../src/errors.ts';
import type { PlannedTag, PushPlan } from '../../../src/plan/push-plan.ts';
import type { Clock, Identities } from '../../../src/ports.ts';
import type { StageResult } from '../../../src/stage-result.ts';
import { runPush } from '../../../src/stages/push/run.ts';
import { type ProxyLogin, RegistryProxy } from '../../support/registry-proxy.ts';
import { memoryIdentities } from '../../support/unit/memory-evidence.ts';
import type { ImageRig } from './rig.ts';

export const SHA = 'sha-0123456789ab';
const KINDS: Record<string, PlannedTag['kind']> = { [SHA]: 'commit', '1.4.2': 'fixed' };

type Overrides = Partial<PushPlan> & { names?: string[] };

interface PushOptions {
  env?: NodeJS.ProcessEnv;
  clock?: Clock;
  signal?: AbortSignal;
  identities?: Identities;
}

/** Pushes of one test file: small images, plans and proxies in front of the platform's registry. */
export class Pushing {
  private readonly rig: ImageRig;
  private readonly path: string;
  private readonly proxies: RegistryProxy[] = [];
  private count = 0;

  constructor(rig: ImageRig) {
    this.rig = rig;
    this.path = rig.repository.slice(rig.registry.length + 1);
  }

  /** A small image that nobody has made before. @param lines further lines of its Dockerfile */
  made(files: Record<string, string> = {}, lines = ''): string {
    const own = { a: String(Math.random()), ...files };
    const copies = Object.keys(own).map((name) => `COPY ${name} /${name}\n`);
    const name = `${this.rig.repository}:local-${this.count++}`;
    this.rig.build(name, this.rig.context({ Dockerfile: `FROM scratch\n${copies.join('')}${lines}`, ...own }));
    return name;
  }

  /** A plan with a repository of its own. */
  plan(image: string, overrides: Overrides = {}): PushPlan {
    return {
      name: 'contract',
      app: 'contract',
      sha: '0123456789ab',
      image,
      archive: undefined,
      repository: `${this.rig.repository}-${this.count++}`,
      tags: (overrides.names ?? [SHA, 'main']).map((name) => ({ name, kind: KINDS[name] ?? 'moving' })),
      given: false,
      suites: [],
      required: [],
      sbom: false,
      finds: undefined,
      builtDir: undefined,
      run: 'https://github.com/acme/parking/actions/runs/1',
      recordsDir: undefined,
      apisDir: undefined,
      ...overrides,
    };
  }

  /** The same through a proxy. */
  throughProxy(image: string, proxy: RegistryProxy, overrides: Overrides = {}): PushPlan {
    return this.plan(image, { repository: `${proxy.host}/${this.path}-${this.count++}`, ...overrides });
  }

  async proxied(login?: ProxyLogin): Promise<RegistryProxy> {
    const proxy = await RegistryProxy.start(this.rig.registry, login);
    this.proxies.push(proxy);
    return proxy;
  }

  /** Closes the proxies of one test. */
  async closeProxies(): Promise<void> {
    for (const proxy of this.proxies.splice(0)) await proxy.close();
  }

  registry(env = this.rig.env, clock: Clock = systemClock): OciRegistry {
    const googleAccessToken = () => Promise.reject(new EnvironmentError('no Google credentials here'));
    return new OciRegistry({ env, clock, log: this.rig.log, googleAccessToken });
  }

  push(
    planned: PushPlan,
    {
      env = this.rig.env,
      clock = systemClock,
      signal = new AbortController().signal,
      identities = memoryIdentities(undefined),
    }: PushOptions = {},
  ): Promise<StageResult> {
    this.rig.pushed.add(planned.repository.slice(planned.repository.indexOf('/') + 1));
    const ports = {
      images: new DockerBuilder(this.rig.env),
      registry: this.registry(env, clock),
      referrers: new OciReferrers(this.registry(env, clock).clients),
      identities,
      files: localFiles,
      log: this.rig.log,
      clock,
    };
    return runPush([planned], { ...ports, signal });
  }

  /** What the registry serves, asked without any code of ours. */
  async served(
    repository: string,
    tag: string,
  ): Promise<{ status: number; digest: string; config: string | undefined }> {
    const accept = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';
    const [host, ...rest] = repository.split('/');
    const response = await fetch(`http://${host}/v2/${rest.join('/')}/manifests/${tag}`, { headers: { accept } });
    const body = Buffer.from(await response.arrayBuffer());
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    const config: string | undefined = response.ok ? JSON.parse(String(body)).config.digest : undefined;
    return { status: response.status, digest, config };
  }
}
