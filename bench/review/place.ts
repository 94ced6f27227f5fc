import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { program } from '../../local/demo/program.ts';
import { type Platform, platformEnv } from '../../local/platform.ts';
import type { Cluster } from '../../src/ports.ts';
import { RegistryView } from '../../test/support/e2e/registry.ts';
import type { GitHubDouble } from '../../test/support/github-double/double.ts';
import type { GitHubEvent } from '../../test/support/github-double/events.ts';

/** Whose environments the benchmark makes: a repository that does not exist. */
export const REPOSITORY_ID = 3_999_999_997;
export const SERVER = 'slipway-bench-review-databases';
export const APP = 'bench';
export const VERSIONS = ['1', '2'] as const;
const REPOSITORY = 'bench/review';
const PARKING = fileURLToPath(new URL('../../examples/parking', import.meta.url));

export type Mode = 'isolated' | 'shared';

/** The example app in two versions, pushed; the reference by digest of each. */
export async function pushImages(platform: Platform): Promise<string[]> {
  const docker = (...args: string[]) => program(platform.docker.bin, args, { env: platformEnv(platform) });
  const registry = new RegistryView(platform.registry);
  const references: string[] = [];
  for (const version of VERSIONS) {
    const name = `${platform.registry}/${REPOSITORY}:${version}`;
    const given = [`APP_VERSION=${version}`, `BASE_IMAGE=${platform.baseImages.python}`];
    await docker('build', '--quiet', '--tag', name, ...given.map((arg) => `--build-arg=${arg}`), PARKING);
    await docker('push', '--quiet', name);
    await docker('image', 'rm', name);
    references.push(`${platform.registry}/${REPOSITORY}@${(await registry.manifest(REPOSITORY, version)).digest}`);
  }
  return references;
}

export async function removeImages(platform: Platform): Promise<void> {
  await new RegistryView(platform.registry).empty(REPOSITORY);
}

/** slipway.yml, and the seed that it names. */
export async function filesOf(platform: Platform, mode: Mode): Promise<Record<string, string>> {
  const { registry, ingress } = platform;
  const server = mode === 'shared' ? `, mode: shared, server: { namespace: ${SERVER}, memory: 512Mi }` : '';
  const yaml = [
    `app: ${APP}`,
    `image: { repository: "${registry}/${REPOSITORY}" }`,
    'deploy: { health: /healthz, migrate: python3 -m parking.migrate }',
    'review:',
    `  host: pr-{number}-bench.localhost`,
    `  database: { image: "${registry}/library/postgres:15", seed: db/seed.sql${server} }`,
    `ingress: { class: ${ingress.className}, port: ${ingress.port} }`,
  ];
  return { 'slipway.yml': `${yaml.join('\n')}\n`, 'db/seed.sql': await readFile(`${PARKING}/db/seed.sql`, 'utf8') };
}

/** One deploy to be made. */
export interface Deploy {
  platform: Platform;
  cluster: Cluster;
  github: GitHubDouble;
  event: GitHubEvent;
  /** Pull request. */
  number: number;
  image: string;
  version: string;
}
