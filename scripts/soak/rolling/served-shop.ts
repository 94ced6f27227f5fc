import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../../../local/platform.ts';
import { RegistryView } from '../../../test/support/e2e/registry.ts';
import { open } from '../../../test/support/e2e/site.ts';
import { kubectlOf, POD_COUNT, prepareShop, shopConfig, stockShop } from '../shop.ts';
import { headingOf, IMAGES, imageInput, type ShopImages, shopImages } from '../shop-images.ts';
import { newFolder, rollOut } from './folder.ts';
import type { Served } from './served.ts';

const REGISTRY_PATH = 'apps/soak-shop';
const ORDER_EVERY_MS = 500;
const CONFIRMED_WITHIN_MS = 60_000;

/** examples/shop: three processes of two images, with PostgreSQL and Redis. Each version changes all of them. */
export class ServedShop implements Served {
  readonly host: string;
  readonly paths = ['/', '/api/products'];
  readonly podCount = POD_COUNT;
  private readonly platform: Platform;
  private readonly namespace: string;
  private readonly folder: string;
  private readonly versions: readonly [ShopImages, ShopImages];

  private constructor(platform: Platform, namespace: string, folder: string, versions: [ShopImages, ShopImages]) {
    this.platform = platform;
    this.namespace = namespace;
    this.host = `${namespace}.localhost`;
    this.folder = folder;
    this.versions = versions;
  }

  static async create(platform: Platform): Promise<ServedShop> {
    const namespace = `soak-${process.pid}-shop`;
    const prepared = prepareShop(platform, namespace);
    const versions = await shopImages(platform, REGISTRY_PATH);
    await prepared;
    return new ServedShop(platform, namespace, await newFolder(), versions);
  }

  async roll(version: number): Promise<void> {
    const images = this.versions[version % 2] as ShopImages;
    const config = await shopConfig(this.namespace, images, this.host);
    await rollOut(this.platform, this.folder, config.toString(), imageInput(images));
    if (version === 0) await stockShop(this.platform, this.namespace);
  }

  isOf(version: number, answer: string): boolean {
    return answer.includes(headingOf(version));
  }

  async pods(): Promise<string[]> {
    const list = await this.kubectl(
      'get',
      'pods',
      '--selector=slipway.dev/app=shop,app.kubernetes.io/component in (api,web,worker)',
      '--output=name',
    );
    return list.split('\n').filter((name) => name !== '');
  }

  /** Orders again and again: each order is accepted, and the worker confirms every one of them. */
  use() {
    const url = `http://${this.host}:${this.platform.ingress.port}`;
    const placed: number[] = [];
    const violations: string[] = [];
    let over = false;
    const ordering = (async () => {
      while (!over) {
        const answer = await order(url).catch((error: unknown) => String(error));
        if (typeof answer === 'number') placed.push(answer);
        else violations.push(`an order was refused: ${answer}`);
        await sleep(ORDER_EVERY_MS);
      }
    })();
    return {
      stop: async () => {
        over = true;
        await ordering;
        const left = await unconfirmed(url);
        console.error(`shop: ${placed.length} orders, ${left} without a confirmation`);
        return left > 0 ? [...violations, `${left} of ${placed.length} orders are not confirmed`] : violations;
      },
    };
  }

  async remove(): Promise<void> {
    await this.kubectl('delete', 'namespace', this.namespace, '--ignore-not-found');
    for (const name of IMAGES) await new RegistryView(this.platform.registry).empty(`${REGISTRY_PATH}/${name}`);
    await rm(this.folder, { recursive: true, force: true });
  }

  private kubectl(...args: string[]): Promise<string> {
    return kubectlOf(this.platform, this.namespace)(args);
  }
}

/** Resolves to the id of the order, or to what was answered in its place. */
async function order(url: string): Promise<number | string> {
  const body = { email: 'soak@example.com', items: [{ product: 1, quantity: 1 }] };
  const { status, text, json } = await open(`${url}/api/orders`, body);
  return status === 201 ? json<{ id: number }>().id : `${status} ${text.slice(0, 120)}`;
}

/** How many orders the worker has not confirmed when it has had its time. */
async function unconfirmed(url: string): Promise<number> {
  const end = Date.now() + CONFIRMED_WITHIN_MS;
  for (;;) {
    const { orders, confirmed } = (await open(`${url}/api/status`)).json<{ orders: number; confirmed: number }>();
    if (orders === confirmed || Date.now() > end) return orders - confirmed;
    await sleep(500);
  }
}
