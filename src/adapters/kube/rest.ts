import { EnvironmentError } from '../../errors.ts';
import type { Clock, Log } from '../../ports.ts';
import { parseJson } from '../../text/json.ts';
import type { Connection } from './connection.ts';
import { Contact } from './contact.ts';
import { ApiFailure, failureOf } from './failure.ts';
import { Retry } from './retry.ts';
import { ServerWarnings } from './server-warnings.ts';
import { TIMING, type Timing } from './timing.ts';
import { type HttpResponse, type KubeRequest, Transport } from './transport.ts';

/** The context of every part of this adapter. */
export interface RestContext {
  connection: Connection;
  clock: Clock;
  log: Log;
  /** After it aborts, nothing is retried: only seconds are left. */
  signal: AbortSignal;
  timing?: Partial<Timing>;
}

export interface RestRequest extends KubeRequest {
  /** Awaited before each attempt; resolves to the milliseconds of silence after which that counts as broken. */
  fence?: (() => Promise<number>) | undefined;
}

/** JSON over HTTP with retries. Rejects with an ApiFailure, or with Node's error when the server does not answer. */
export class Rest {
  readonly retry: Retry;
  readonly timing: Timing;
  private readonly contact: Contact;
  private readonly transport: Transport;
  private readonly warnings: ServerWarnings;
  /** The server has accepted the credential: a later refusal means that it has expired. */
  private accepted = false;

  constructor({ connection, clock, log, signal, timing }: RestContext) {
    this.timing = { ...TIMING, ...timing };
    this.contact = new Contact(connection.name, clock, log, this.timing.outage);
    this.transport = new Transport(connection);
    this.warnings = new ServerWarnings(log);
    this.retry = new Retry({ clock, log, signal, contact: this.contact, timing: this.timing });
  }

  /**
   * A request may be sent twice, when the answer to the first one was lost: the refusal of a later attempt has `repeated`.
   */
  json<T>(request: RestRequest, budgetMs?: number): Promise<T> {
    const what = `${request.method} ${request.path.split('?')[0]}`;
    return this.retry.run(
      what,
      async (attempt) => {
        try {
          return await this.once<T>(request);
        } catch (error) {
          if (error instanceof ApiFailure) error.repeated = attempt > 0;
          throw error;
        }
      },
      budgetMs,
    );
  }

  /** The open body of a successful request, to be read as it arrives; not retried. */
  async stream(request: KubeRequest): Promise<HttpResponse['body']> {
    const response = await this.send(request);
    if (response.status < 300) return response.body;
    throw this.refusal(response, await textOf(response));
  }

  close(): void {
    this.transport.close();
  }

  private async once<T>(request: RestRequest): Promise<T> {
    const left = (await request.fence?.()) ?? Number.POSITIVE_INFINITY;
    const response = await this.send(request, left);
    const text = await textOf(response);
    if (request.method !== 'GET') this.warnings.take(response.headers.warning);
    if (response.status < 300) return parse<T>(text);
    throw this.refusal(response, text);
  }

  private async send(request: KubeRequest, leftMs = Number.POSITIVE_INFINITY): Promise<HttpResponse> {
    const { readSilence, writeSilence } = this.timing;
    const silence = request.idleMs ?? (request.method === 'GET' ? readSilence : writeSilence);
    const idleMs = Math.min(silence, leftMs);
    const response = await this.transport.send({ ...request, idleMs }, this.accepted);
    if (![502, 503, 504].includes(response.status)) this.contact.made();
    if (response.status < 300) this.accepted = true;
    return response;
  }

  private refusal({ status, headers }: HttpResponse, text: string): ApiFailure {
    const failure = failureOf(status, text, headers['retry-after']);
    failure.wasAccepted = status === 401 && this.accepted;
    return failure;
  }
}

function parse<T>(text: string): T {
  try {
    return (text === '' ? undefined : parseJson(text)) as T;
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
