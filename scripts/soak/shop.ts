import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentObjects } from '../../local/demo/databases.ts';
import { program } from '../../local/demo/program.ts';
import { repositoryRoot } from '../../local/demo/root.ts';
import { type Platform, platformEnv } from '../../local/platform.ts';
import { EditedYaml } from '../../test/support/yaml.ts';
import { IMAGES, type ShopImages } from './shop-images.ts';

/** The processes of examples/shop: their images, and how many pods they have in staging. */
export const PROCESSES = {
  api: { image: 'api', replicas: 2 },
  web: { image: 'web', replicas: 2 },
  worker: { image: 'api', replicas: 1 },
} as const;
export const POD_COUNT = Object.values(PROCESSES).reduce((sum, { replicas }) => sum + replicas, 0);

/** slipway.yml of examples/shop for a namespace of its own. @param images which of them does not matter, only where they are */
export async function shopConfig(namespace: string, images: ShopImages, host: string): Promise<EditedYaml> {
  const config = new EditedYaml(await readFile(join(repositoryRoot, 'examples', 'shop', 'slipway.yml'), 'utf8'));
  for (const name of IMAGES) config.setIn(['images', name, 'repository'], images[name].split('@')[0]);
  for (const key of ['tests', 'review', 'ingress']) config.delete(key);
  config.setIn(['environments', 'staging', 'namespace'], namespace);
  config.setIn(['environments', 'staging', 'host'], host);
  return config;
}

/** The namespace, PostgreSQL and the Secret of the shop; resolves when the server answers. */
export async function prepareShop(platform: Platform, namespace: string): Promise<void> {
  const kubectl = kubectlOf(platform, namespace);
  const { space, secret, server } = environmentObjects('shop', namespace, platform.baseImages.postgres, {});
  const list = { apiVersion: 'v1', kind: 'List', items: [space, secret, ...server] };
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
  await kubectl(['rollout', 'status', 'statefulset/sql', '--timeout=180s']);
}

/** Puts one product into a migrated database: as much as anybody orders. */
export async function stockShop(platform: Platform, namespace: string): Promise<void> {
  const insert = "INSERT INTO products (name, price_cents, stock) VALUES ('Mug', 1200, 2000000000)";
  await kubectlOf(platform, namespace)(['exec', 'sql-0', '--', 'psql', '-qU', 'shop', '-c', insert]);
}

export function kubectlOf(platform: Platform, namespace: string) {
  return (args: string[], input?: string) =>
    program('kubectl', ['--context', platform.context, '--namespace', namespace, ...args], {
      env: platformEnv(platform),
      input,
    });
}
