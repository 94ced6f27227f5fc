import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type Http, type HttpAnswer, HttpFailure, type HttpFailureKind, type HttpRequest } from '../../ports/http.ts';

/** Bytes of a body that a message can show. */
const BODY_BYTES = 2_048;

/** Requests URLs with Node's client, each over a new connection, as a new visitor does. */
export const http: Http = { get };

async function get(url: string, wanted: HttpRequest): Promise<HttpAnswer> {
  wanted.signal.throwIfAborted();
  const deadline = AbortSignal.timeout(wanted.timeoutMs);
  try {
    return await answerOf(new URL(url), wanted, AbortSignal.any([wanted.signal, deadline]));
  } catch (error) {
    wanted.signal.throwIfAborted();
    if (deadline.aborted) throw new HttpFailure('timeout', `no answer within ${wanted.timeoutMs / 1000} s`);
    throw failureOf(error);
  }
}

function answerOf(url: URL, wanted: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      agent: false,
      signal,
      headers: headersOf(wanted),
      ...(isLocalhost(url.hostname) ? { lookup: thisMachine } : {}),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      beginningOf(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, server: String(response.headers.server ?? ''), body }),
        reject,
      );
    });
    sent.end();
  });
}

function headersOf({ hostHeader, authorization }: HttpRequest): Record<string, string> {
  return {
    'user-agent': 'slipway',
    accept: '*/*',
    ...(hostHeader ? { host: hostHeader } : {}),
    ...(authorization ? { authorization } : {}),
  };
}

/** The first bytes of the body. Stops reading there: a stream of server-sent events never ends. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_BYTES).toString();
}

/** @see https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

const thisMachine: LookupFunction = (_host, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

const KINDS: Record<string, HttpFailureKind> = {
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  CERT_HAS_EXPIRED: 'certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate',
};

function failureOf(error: unknown): HttpFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error && error.message !== '' ? error.message : code || String(error);
  return new HttpFailure(KINDS[code] ?? 'other', message, { cause: error });
}
