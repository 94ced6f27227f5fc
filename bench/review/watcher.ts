import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, KubeObject } from '../../src/ports.ts';

const LOOK_EVERY_MS = 30;
const SEEN_WITHIN_MS = 30_000;

/**
 * Looks from outside, as `performance.now()`: when the kubelet reports the first pod of an image as ready, and when the version
 * answers at the URL.
 */
export class Watcher {
  private readonly ended = new AbortController();
  private ready: number | undefined;
  private answered: number | undefined;
  private broken: unknown;

  constructor(cluster: Cluster, namespace: string, image: string, url: string, version: string) {
    const keep = (error: unknown) => {
      if (!this.ended.signal.aborted) this.broken = error;
    };
    void this.follow(cluster, namespace, image).catch(keep);
    void this.ask(url, version).catch(keep);
  }

  /** Both, however soon the tool that made them has ended. */
  async seen(): Promise<{ ready: number; answered: number }> {
    try {
      for (const end = performance.now() + SEEN_WITHIN_MS; performance.now() < end; await sleep(LOOK_EVERY_MS)) {
        if (this.broken) throw this.broken;
        const { ready, answered } = this;
        if (ready !== undefined && answered !== undefined) return { ready, answered };
      }
      throw new Error(`not seen: ${this.ready === undefined ? 'a pod that is ready' : 'an answer of the new version'}`);
    } finally {
      this.close();
    }
  }

  close(): void {
    this.ended.abort();
  }

  private async follow(cluster: Cluster, namespace: string, image: string): Promise<void> {
    const labelSelector = 'app.kubernetes.io/component=web';
    const pods = cluster.watch({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }, this.ended.signal);
    for await (const { object } of pods) if (isReady(object, image)) this.ready ??= performance.now();
  }

  private async ask(url: string, version: string): Promise<void> {
    while (!this.ended.signal.aborted && this.answered === undefined) {
      if (await answers(new URL('/version', url), version)) this.answered = performance.now();
      else await sleep(LOOK_EVERY_MS);
    }
  }
}

function isReady({ spec, status }: KubeObject, image: string): boolean {
  const { containers } = spec as { containers: { image: string }[] };
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return containers[0]?.image === image && conditions.some((one) => one.type === 'Ready' && one.status === 'True');
}

/** A name under .localhost is this machine, as in a browser. */
function answers(url: URL, version: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: url.port, path: url.pathname, headers: { host: url.host } };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text.includes(`"version":"${version}"`)));
    });
    sent.on('error', () => resolve(false));
    sent.end();
  });
}
