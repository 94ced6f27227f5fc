import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { createShop } from '../src/server.js';

/** In the place of the API: answers what a test wants. */
let answer = { status: 200, body: '{"products": []}' };
const api = createServer((request, response) => {
  response.writeHead(request.url === '/api/products' ? answer.status : 404);
  response.end(answer.body);
});
let shop;

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${server.address().port}`;
}

before(async () => {
  shop = createShop(await listen(api));
  shop.url = await listen(shop);
});
after(() => {
  for (const server of [shop, api]) {
    server.close();
    server.closeAllConnections();
  }
});

test('the page shows what the API sells', async () => {
  answer = { status: 200, body: '{"products": [{"id": 1, "name": "Mug", "price_cents": 1200, "stock": 2}]}' };
  const response = await fetch(shop.url);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^text\/html/);
  assert.match(await response.text(), /Mug/);
});

test('without an API the shop opens in a moment, and is healthy', async () => {
  answer = { status: 503, body: '{}' };
  const response = await fetch(shop.url);
  assert.equal(response.status, 503);
  assert.match(await response.text(), /opens in a moment/);
  assert.equal((await fetch(`${shop.url}/healthz`)).status, 200);
});

test('an API that answers no JSON is none', async () => {
  answer = { status: 200, body: '<html>' };
  assert.equal((await fetch(shop.url)).status, 503);
});

test('scripts and styles are served, other files are not', async () => {
  assert.match((await fetch(`${shop.url}/shop.js`)).headers.get('content-type'), /^text\/javascript/);
  assert.equal((await fetch(`${shop.url}/shop.css`)).status, 200);
  for (const path of ['/package.json', '/../package.json', '/constructor']) {
    assert.equal((await fetch(shop.url + path)).status, 404, path);
  }
});

test('nothing but reading', async () => assert.equal((await fetch(shop.url, { method: 'POST' })).status, 405));
