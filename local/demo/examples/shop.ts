import { open } from '../../../test/support/e2e/site.ts';
import { until } from '../browser.ts';
import type { Example } from './example.ts';

const heading = { old: '<h1>Shop</h1>', new: '<h1>Shop, now with gift wrapping</h1>' };

/** Three processes and a cron of two images, with PostgreSQL and Redis. */
export const shop: Example = {
  name: 'shop',
  about: 'Shop: products, orders and their confirmations',
  backing: 'PostgreSQL and Redis',
  parts: 'api, web and worker, and the cron nightly',
  path: '/api/products',
  heading,
  pullRequest: {
    title: 'Gift wrapping',
    branch: 'gift-wrapping',
    message: 'Front page: tell that there is gift wrapping',
    file: 'web/src/page.js',
    edit: (text) => text.replace(heading.old, heading.new),
  },
  broken: {
    message: 'Payments: the worker reads PAYMENTS_URL',
    file: 'api/shop/worker.py',
    edit: (text) => text.replace('from redis', 'import os\n\nPAYMENTS = os.environ["PAYMENTS_URL"]\n\nfrom redis'),
  },
  cron: 'nightly',
  review: async (url) => {
    const [mug] = (await open(`${url}/api/products`)).json<{ products: { id: number }[] }>().products;
    const body = { email: 'reviewer@example.com', items: [{ product: mug?.id, quantity: 1 }] };
    const order = (await open(`${url}/api/orders`, body)).json<Order>();
    const now = async () => (await open(`${url}/api/orders/${order.id}`)).json<Order>();
    await until(`the worker confirms order ${order.id}`, async () => (await now()).confirmation !== null);
    return `the reviewer orders; the worker confirms order ${order.id} at once`;
  },
};

interface Order {
  id: number;
  confirmation: string | null;
}
