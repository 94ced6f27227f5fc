import { Agent, request } from 'node:http';

/** Characters of a refusal that are told. */
const TOLD = 120;

/** What a stretch of constant traffic came to. */
export interface TrafficReport {
  sent: number;
  failed: number;
  /** Requests a second that were really sent. */
  rate: number;
  /** Milliseconds. */
  p99: number;
  /** Cause of a failure → how often, e.g. `HTTP 502 (Bad Gateway)` or `ECONNRESET`. */
  causes: Record<string, number>;
}

/**
 * Sends requests at a constant rate, whether or not earlier ones have been answered (an open loop: a server that stalls
 * meets a growing number of them, as it would in production), until `stop`, which waits for the answers.
 * @param port port of the ingress on this machine
 * @param host host name as the ingress knows it
 * @param paths of the requests, in turn
 * @param perSecond requests a second
 * @param timeoutMs without an answer for so long, a request has failed
 */
export function startTraffic(
  port: number,
  host: string,
  paths: string | readonly string[],
  perSecond: number,
  timeoutMs = 10_000,
): { stop(): Promise<TrafficReport> } {
  const all = [paths].flat();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const pending = new Set<Promise<void>>();
  const causes: Record<string, number> = {};
  const latencies: number[] = [];
  const started = performance.now();
  let sent = 0;
  const fire = () => {
    const begun = performance.now();
    const one = get(agent, port, host, all[sent % all.length] ?? '/', timeoutMs).then((cause) => {
      latencies.push(performance.now() - begun);
      if (cause !== undefined) causes[cause] = (causes[cause] ?? 0) + 1;
      pending.delete(one);
    });
    sent++;
    pending.add(one);
  };
  // As many as are due by now: a late timer does not lower the rate.
  const timer = setInterval(() => {
    while (sent < ((performance.now() - started) / 1000) * perSecond) fire();
  }, 5);
  return {
    async stop() {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1000;
      await Promise.all(pending);
      agent.destroy();
      const failed = Object.values(causes).reduce((sum, count) => sum + count, 0);
      return { sent, failed, rate: sent / seconds, p99: percentile(latencies, 0.99), causes };
    },
  };
}

/** Resolves to the cause of the failure, or to undefined for an answer below 400. */
function get(agent: Agent, port: number, host: string, path: string, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request({
      agent,
      host: '127.0.0.1',
      port,
      path,
      headers: { host: `${host}:${port}` },
      timeout: timeoutMs,
    });
    call.on('timeout', () => call.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)));
    call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    call.on('response', (response) => {
      const status = response.statusCode ?? 0;
      let said = '';
      response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      response.on('data', (part: Buffer) => {
        if (status >= 400 && said.length < TOLD) said += part.toString('latin1');
      });
      response.on('end', () => resolve(status < 400 ? undefined : `HTTP ${status} (${told(said)})`));
    });
    call.end();
  });
}

/** Who has refused, the app or the ingress before it, is told by what the answer says. */
function told(said: string): string {
  const printable = said.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return printable.slice(0, TOLD) || 'no text';
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
