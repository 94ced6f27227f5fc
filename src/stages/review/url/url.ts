import { messageOf, TimedOut } from '../../../errors.ts';
import { authorizationOf } from '../../../objects/ingress/login.ts';
import { HttpFailure, type HttpFailureKind } from '../../../ports/http.ts';
import type { HttpAnswer } from '../../../ports.ts';
import { neutraliseLine } from '../../../text/neutralise.ts';
import type { ReviewPorts } from '../ports.ts';
import { type AnswerVerdict, judgeAnswer } from './judge-answer.ts';

/** Milliseconds: a load balancer of a cloud takes minutes to learn a new host. */
const DEADLINE_MS = 5 * 60_000;
const REQUEST_MS = 10_000;
const INTERVAL_MS = 250;
/** A name that no ingress controller has. @see https://www.rfc-editor.org/rfc/rfc6761#section-6.4 */
const NOBODY = 'slipway-asks-for-nobody.invalid';

/** What looking at a URL needs. */
export type Asking = Pick<ReviewPorts, 'http' | 'clock' | 'log' | 'signal' | 'credentials'> & {
  /** Only some networks are let in, perhaps not that of this runner. */
  selective?: boolean;
};

/** One look at the URL, as a visitor has it. @param health path of the health check, where the app has one */
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
  /** `shut-out`: it is there, and does not let this runner in. */
  cause?: HttpFailureKind | 'answer' | 'shut-out';
}

function get(url: string, { http, signal, credentials }: Asking, hostHeader?: string): Promise<HttpAnswer> {
  const authorization = credentials && authorizationOf(credentials);
  return http.get(url, { timeoutMs: REQUEST_MS, signal, authorization, ...(hostHeader ? { hostHeader } : {}) });
}

/**
 * Waits until the URL answers through the ingress, and tells when the reason of waiting changes.
 * @returns whether this runner was let in
 * @throws TimedOut with the reason of the last failure and what to do about it
 */
export async function waitForUrl(url: string, health: string | undefined, asking: Asking): Promise<boolean> {
  const deadline = asking.clock.now() + DEADLINE_MS;
  let told = '';
  for (;;) {
    const seen = await lookAt(url, health, asking);
    if (seen.up) return seen.cause !== 'shut-out';
    if (asking.clock.now() >= deadline) throw neverAnswered(url, health, seen);
    if (seen.reason !== told) asking.log.info(`waiting for ${url}: ${seen.reason}`);
    told = seen.reason;
    await asking.clock.sleep(INTERVAL_MS, asking.signal);
  }
}

function neverAnswered(url: string, health: string | undefined, seen: Reason & { reason: string }): TimedOut {
  const cause = seen.cause === undefined || seen.cause === 'shut-out' ? 'other' : seen.cause;
  return new TimedOut(
    `the pods are ready, and ${url}${health ?? '/'} does not answer after ${DEADLINE_MS / 60_000} min`,
    {
      details: [`last: ${seen.reason}`],
      remedy: REMEDIES[cause],
    },
  );
}

const REMEDIES: Record<HttpFailureKind | 'answer', string> = {
  'unknown-host':
    'Let a wildcard record (for pr-{number}.example.dev: *.example.dev) lead to the address of the ingress controller.',
  refused:
    'Look whether the ingress controller runs and its address is reachable from the runner, on the port of `ingress.port`.',
  timeout:
    'Look whether the address of the host is reachable from the runner: a private one needs a runner inside of its network.',
  certificate:
    'The certificate of the ingress controller does not fit the host: install one (a wildcard is best), or set review.tls: false. Where cert-manager is to get it (`review.tls.issuer`), see what its Certificate and its Challenge in the namespace say.',
  answer:
    'Look whether the ingress controller serves this class (`ingress.class`). An app without a page at / needs `deploy.health`: a path that answers.',
  other: 'Open the URL by hand from where the runner is.',
};
