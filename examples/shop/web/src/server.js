import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { getJson } from './api.js';
import { shopPage, waitingPage } from './page.js';

const PUBLIC = fileURLToPath(new URL('../public/', import.meta.url));
const FILES = { '/shop.js': 'text/javascript', '/shop.css': 'text/css' };
/** Longer than a proxy keeps an idle connection, so that the side that sends requests is the one that closes. */
const KEEP_ALIVE_MS = 75_000;

/** The front end: one page, made of what the API answers. @param apiUrl http://host:port */
export function createShop(apiUrl) {
  const server = createServer((request, response) => {
    answer(apiUrl, request, response).catch((error) => {
      console.error(`${request.method} ${request.url}: ${error.message}`);
      if (!response.headersSent) send(response, 500, 'text/plain', 'Something went wrong.\n');
      else response.destroy();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function answer(apiUrl, request, response) {
  const { pathname } = new URL(request.url, 'http://shop');
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'text/plain', 'GET only.\n');
  if (pathname === '/healthz') return send(response, 200, 'text/plain', 'ok\n');
  if (pathname === '/') return front(apiUrl, response);
  if (Object.hasOwn(FILES, pathname)) return send(response, 200, FILES[pathname], await readFile(PUBLIC + pathname));
  return send(response, 404, 'text/plain', 'There is no such page.\n');
}

async function front(apiUrl, response) {
  try {
    const { products } = await getJson(`${apiUrl}/api/products`);
    send(response, 200, 'text/html', shopPage(products));
  } catch (error) {
    console.error(`the API does not answer: ${error.message}`);
    send(response, 503, 'text/html', waitingPage());
  }
}

function send(response, status, type, body) {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
