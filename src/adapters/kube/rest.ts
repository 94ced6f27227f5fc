import { EnvironmentError } from '../../errors.ts';
import type { Clock, Log } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { failureOf } from './failure.ts';
import { OUTAGE_BUDGET_MS, Patience } from './patience.ts';
import { type HttpRequest, type HttpResponse, Transport } from './transport.ts';

/** What every part of this adapter works with. */
export interface RestContext {
  connection: Connection;
  clock: Clock;
  log: Log;
  /** Once it aborts, nothing is tried again: there are seconds left. */
  signal: AbortSignal;
}

export interface RestRequest extends HttpRequest {
  /** Awaited before each attempt. */
  fence?: (() => Promise<void>) | undefined;
}

/** JSON over HTTP with retries. Rejects with an ApiFailure, or with Node's error when the server does not answer. */
export class Rest {
  readonly patience: Patience;
  private readonly transport: Transport;

  constructor(context: RestContext) {
    this.transport = new Transport(context.connection);
    this.patience = new Patience(context.clock, context.log, context.signal);
  }

  /** Every request here may be sent twice: reads, server-side apply, deletes and creates by name. */
  json<T>(request: RestRequest, budgetMs = OUTAGE_BUDGET_MS): Promise<T> {
    const what = `${request.method} ${request.path.split('?')[0]}`;
    return this.patience.during(what, () => this.once<T>(request), budgetMs);
  }

  /** The open answer of a request that succeeded, to be read as it comes; not tried again. */
  async stream(request: HttpRequest): Promise<HttpResponse['body']> {
    const response = await this.transport.send(request);
    if (response.status < 300) return response.body;
    throw failureOf(response.status, await textOf(response), response.headers['retry-after']);
  }

  close(): void {
    this.transport.close();
  }

  private async once<T>(request: RestRequest): Promise<T> {
    await request.fence?.();
    const response = await this.transport.send(request);
    const text = await textOf(response);
    if (response.status < 300) return parse<T>(text);
    throw failureOf(response.status, text, response.headers['retry-after']);
  }
}

function parse<T>(text: string): T {
  try {
    return (text === '' ? undefined : JSON.parse(text)) as T;
  } catch (cause) {
    throw new EnvironmentError(`what answers is not an API server: ${text.slice(0, 80)}`, {
      remedy: 'Check `server` in the kubeconfig, and any proxy between this runner and the cluster.',
      cause,
    });
  }
}

async function textOf(response: HttpResponse): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response.body) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
