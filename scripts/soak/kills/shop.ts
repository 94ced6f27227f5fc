import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../../../local/platform.ts';
import { RegistryView } from '../../../test/support/e2e/registry.ts';
import { PROCESSES, prepareShop, shopConfig } from '../shop.ts';
import { IMAGES, type ShopImages, shopImages } from '../shop-images.ts';
import type { LiveContainer, Release, Subject, Workload } from './subject.ts';

const MARK = 'RELEASE';

/** examples/shop: three processes and a cron of two images, Redis as a service, and its own migration in PostgreSQL. */
export class ShopSubject implements Subject {
  readonly app: string;
  readonly images: readonly [ShopImages, ShopImages];
  private readonly platform: Platform;

  private constructor(platform: Platform, app: string, images: [ShopImages, ShopImages]) {
    this.platform = platform;
    this.app = app;
    this.images = images;
  }

  static async create(platform: Platform, app: string): Promise<ShopSubject> {
    const [images] = await Promise.all([shopImages(platform, `apps/${app}`), prepareShop(platform, app)]);
    return new ShopSubject(platform, app, images);
  }

  async write(folder: string, { number, images }: Release): Promise<void> {
    const config = await shopConfig(this.app, images as ShopImages, `${this.app}.localhost`);
    config.set('app', this.app);
    config.setIn(['deploy', 'env', MARK], String(number));
    config.setIn(['deploy', 'processes', 'web', 'env', 'API_URL'], `http://${this.app}-api`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'slipway.yml'), config.toString());
  }

  workloads({ images }: Release): Workload[] {
    return Object.entries(PROCESSES).map(([name, { image, replicas }]) => ({
      name: `${this.app}-${name}`,
      image: images[image] ?? '',
      replicas,
      selector: `slipway.dev/app=${this.app},app.kubernetes.io/component=${name}`,
    }));
  }

  releaseOf({ env = [] }: LiveContainer): number | undefined {
    const value = env.find(({ name }) => name === MARK)?.value;
    return value === undefined ? undefined : Number(value);
  }

  objects(): string[] {
    const { app } = this;
    const served = ['api', 'web'].flatMap((name) => [`Service ${app}-${name}`, `PodDisruptionBudget ${app}-${name}`]);
    const deployments = Object.keys(PROCESSES).map((name) => `Deployment ${app}-${name}`);
    return [...deployments, ...served, `CronJob ${app}-nightly`, `Ingress ${app}`, 'Deployment redis', 'Service redis'];
  }

  async close(): Promise<void> {
    for (const name of IMAGES) await new RegistryView(this.platform.registry).empty(`apps/${this.app}/${name}`);
  }
}
