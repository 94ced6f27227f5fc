import { describe, expect, it } from 'vitest';
import { Cancelled, TimedOut } from '../../../../../src/errors.ts';
import { HttpFailure } from '../../../../../src/ports/http.ts';
import { type Asking, waitForUrl } from '../../../../../src/stages/review/url/url.ts';
import { memoryLog } from '../../../../support/kube/cluster.ts';
import { StepClock } from '../../../../support/step-clock.ts';

const URL = 'https://pr-7.example.dev';

function refusing(own: Partial<Asking> = {}) {
  const log = memoryLog();
  const http: Asking['http'] = { get: () => Promise.reject(new HttpFailure('refused', 'connect ECONNREFUSED')) };
  const clock = new StepClock(0);
  const asking = { http, clock, log, signal: new AbortController().signal, ...own };
  return { asking, log, clock, warnings: () => log.lines.filter((line) => line.startsWith('warning:')) };
}

describe('waiting for the URL of an environment', () => {
  it('says within 15 s what is wrong and what to look at, and once', async () => {
    const { asking, clock, warnings } = refusing();
    let advisedAt: number | undefined;
    clock.onSleep = () => {
      if (warnings().length > 0) advisedAt ??= clock.now();
    };
    await expect(waitForUrl(URL, undefined, asking)).rejects.toThrow(TimedOut);
    expect(warnings()).toEqual([expect.stringMatching(/ECONNREFUSED.*Check that the ingress controller runs/)]);
    expect(advisedAt).toBeLessThanOrEqual(16_000);
  });

  it('says it at once where the cluster itself has named the address', async () => {
    const { asking, clock, warnings } = refusing({ addressOfCluster: true });
    const first: number[] = [];
    clock.onSleep = () => void first.push(warnings().length);
    await expect(waitForUrl(URL, undefined, asking)).rejects.toThrow(TimedOut);
    expect(first[0]).toBe(1);
  });

  it('waits for as long as it is told', async () => {
    const { asking } = refusing({ timeoutMs: 45_000 });
    await expect(waitForUrl(URL, '/healthz', asking)).rejects.toThrow('/healthz does not answer after 45.0 s');
  });

  it('says of a certificate that does not match which one is not issued, and why', async () => {
    const http: Asking['http'] = {
      get: () => Promise.reject(new HttpFailure('certificate', 'self-signed certificate')),
    };
    const notIssued = async () => ['Certificate parking-tls is not issued: no such issuer'];
    const { asking, warnings } = refusing({ http, notIssued });
    const error = await waitForUrl(URL, undefined, asking).catch((thrown: unknown) => thrown);
    expect((error as TimedOut).details).toEqual([
      'last: self-signed certificate',
      'Certificate parking-tls is not issued: no such issuer',
    ]);
    expect(warnings().join()).toContain('no such issuer');
  });

  it('F1: a cancelled run says what it was waiting for', async () => {
    const cancel = new AbortController();
    const { asking, clock } = refusing({ signal: cancel.signal });
    clock.onSleep = () => cancel.abort(new Cancelled('cancelled (SIGTERM)'));
    const error = await waitForUrl(URL, undefined, asking).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Cancelled);
    expect((error as Cancelled).details.join()).toContain('did not answer: connect ECONNREFUSED');
  });
});
