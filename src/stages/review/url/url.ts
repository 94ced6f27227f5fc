import { Cancelled, messageOf, TimedOut } from '../../../errors.ts';
import { authorizationOf } from '../../../objects/ingress/login.ts';
import { HttpFailure, type HttpFailureKind } from '../../../ports/http.ts';
import type { HttpAnswer } from '../../../ports.ts';
import { humanDuration } from '../../../text/duration.ts';
import { neutraliseLine } from '../../../text/neutralise.ts';
import type { ReviewPorts } from '../ports.ts';
import { type AnswerVerdict, judgeAnswer } from './judge-answer.ts';

/** Milliseconds: the load balancer of a cloud takes minutes to serve a new host. */
const DEADLINE_MS = 5 * 60_000;
/** Milliseconds after which the log says what to look at. */
const ADVISE_MS = 15_000;
const REQUEST_MS = 10_000;
const INTERVAL_MS = 250;
/** A name that no ingress controller has. @see https://www.rfc-editor.org/rfc/rfc6761#section-6.4 */
const NOBODY = 'slipway-asks-for-nobody.invalid';

/** What looking at a URL needs. */
export type Asking = Pick<ReviewPorts, 'http' | 'clock' | 'log' | 'signal' | 'credentials' | 'onWaiting'> & {
  /** Only some networks are let in, and that of this runner may not be one. */
  selective?: boolean;
  /** The cluster itself names the address of the host. */
  addressOfCluster?: boolean;
  /** A sentence for each certificate of the Ingress that is not issued. */
  notIssued?: () => Promise<string[]>;
  /** Milliseconds; default 5 minutes. */
  timeoutMs?: number | undefined;
};

/** Asks the URL once, as a visitor does. @param health path of the health check, where the app has one */
export async function lookAt(url: string, health: string | undefined, asking: Asking): Promise<AnswerVerdict & Reason> {
  try {
    const answer = await get(`${url}${health ?? '/'}`, asking);
    if (answer.status === 403 && asking.selective) return { up: true, cause: 'shut-out' };
    const unsure = health === undefined && answer.status === 404;
    const verdict = judgeAnswer(
      answer,
      health !== undefined,
      unsure ? await get(`${url}/`, asking, NOBODY) : undefined,
    );
    return verdict.up ? verdict : { ...verdict, cause: 'answer', reason: neutraliseLine(verdict.reason) };
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return { up: false, reason: neutraliseLine(messageOf(error)), cause: error.kind };
  }
}

interface Reason {
  /** `shut-out`: it answers, and does not let this runner in. */
  cause?: HttpFailureKind | 'answer' | 'shut-out';
}

function get(url: string, { http, signal, credentials }: Asking, hostHeader?: string): Promise<HttpAnswer> {
  const authorization = credentials && authorizationOf(credentials);
  return http.get(url, { timeoutMs: REQUEST_MS, signal, authorization, ...(hostHeader ? { hostHeader } : {}) });
}

/**
 * Waits until the URL answers through the ingress. Logs each new reason, and after 15 s what to look at, which it also passes on; a
 * connection that is refused at an address of the cluster's own gets that at once.
 * @returns whether this runner was let in
 * @throws TimedOut with the last reason and a remedy; Cancelled with the reason that was waited for
 */
export async function waitForUrl(url: string, health: string | undefined, asking: Asking): Promise<boolean> {
  const { clock, log, signal, timeoutMs = DEADLINE_MS } = asking;
  const notIssued = async ({ cause }: Reason) =>
    cause === 'certificate' && asking.notIssued ? asking.notIssued() : [];
  const began = clock.now();
  let logged = '';
  let explained: string | undefined;
  for (;;) {
    const seen = await lookAt(url, health, asking);
    if (seen.up) return seen.cause !== 'shut-out';
    const waitedMs = clock.now() - began;
    if (waitedMs >= timeoutMs)
      throw neverAnswered(url, health, { ...seen, notIssued: await notIssued(seen) }, timeoutMs);
    if (seen.reason !== logged) log.info(`waiting for ${url}: ${seen.reason}`);
    logged = seen.reason;
    const isCertain = seen.cause === 'refused' && asking.addressOfCluster === true;
    if (seen.reason !== explained && (isCertain || waitedMs >= ADVISE_MS)) {
      const what = `${url} does not answer: ${[seen.reason, ...(await notIssued(seen))].join('; ')}`;
      if (explained === undefined) log.warning(`${what}. ${remedyOf(seen)}`);
      asking.onWaiting?.({ what, remedy: remedyOf(seen) });
      explained = seen.reason;
    }
    try {
      await clock.sleep(INTERVAL_MS, signal);
    } catch (error) {
      throw interrupted(error, url, seen);
    }
  }
}

/** A cancelled run reports what it was waiting for. */
function interrupted(error: unknown, url: string, { reason }: { reason: string }): unknown {
  if (!(error instanceof Cancelled)) return error;
  return new Cancelled(error.message, {
    details: ['when it was cancelled:', `  ${url} did not answer: ${reason}`],
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}

function neverAnswered(
  url: string,
  health: string | undefined,
  seen: Reason & { reason: string; notIssued: string[] },
  timeoutMs: number,
): TimedOut {
  return new TimedOut(
    `the pods are ready, and ${url}${health ?? '/'} does not answer after ${humanDuration(timeoutMs)}`,
    { details: [`last: ${seen.reason}`, ...seen.notIssued], remedy: remedyOf(seen) },
  );
}

function remedyOf({ cause }: Reason): string {
  return REMEDIES[cause === undefined || cause === 'shut-out' ? 'other' : cause];
}

const REMEDIES: Record<HttpFailureKind | 'answer', string> = {
  'unknown-host':
    'Point a wildcard DNS record (for pr-{number}.example.dev: *.example.dev) at the address of the ingress controller.',
  refused:
    'Check that the ingress controller runs, and that its address accepts connections from the runner on the port of the URL (`ingress.port`).',
  timeout:
    'Check that the runner reaches the address of the host: a private address needs a runner inside its network.',
  certificate:
    'The certificate of the ingress controller does not match the host: install one (a wildcard is best), or set review.tls: false. With cert-manager (`review.tls.issuer`), see its Certificate and its Challenge in the namespace.',
  answer:
    'Check that the ingress controller serves this class (`ingress.class`). An app without a page at / needs `deploy.health`: a path that answers.',
  other: 'Open the URL by hand from the network of the runner.',
};
