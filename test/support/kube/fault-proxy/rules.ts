import type { OutgoingHttpHeaders } from 'node:http';
import type { KubeObject } from '../../../../src/ports.ts';

/** What goes wrong with a request. Nothing that a real API server, or what stands in front of one, would not do. */
export type Fault =
  /** Answered in place of the server, which never sees the request. */
  | { kind: 'answer'; status: number; headers?: OutgoingHttpHeaders; body: unknown }
  | { kind: 'delay'; ms: number }
  /** The connection breaks before the server sees the request. */
  | { kind: 'drop' }
  /** The server does it, and its answer is lost. */
  | { kind: 'lose' }
  /** The answer breaks off in the middle: after so many lines and half of the next one, or after a time. */
  | { kind: 'cut'; afterLines?: number; afterMs?: number }
  /** The answer goes silent after so many lines, and nothing says so. */
  | { kind: 'freeze'; afterLines: number }
  /** Objects in answers (a read, a list, a stream) are shown as this makes them. */
  | { kind: 'show'; as: (object: KubeObject) => KubeObject };

/** Which requests. Everything that is left out matches. */
export interface Which {
  method?: string;
  /** Against the path with its query, decoded. */
  path?: RegExp;
  watch?: boolean;
}

export interface Rule extends Which {
  fault: Fault;
  /** How many matching requests it hits; all when left out. */
  times?: number;
  /** Matching requests that pass before the first one is hit. */
  after?: number;
  /** Once that many milliseconds have passed since the rule was made, it is over. */
  forMs?: number;
}

/** A request as it was made, and what it came to: the status, or 0 where the connection broke. */
export interface Recorded {
  method: string;
  path: string;
  status: number;
  /** Milliseconds since the epoch. */
  at: number;
}

/** True for what changes something: a dry run and the questions that are asked by POST do not. */
export function isWrite({ method, path }: Recorded): boolean {
  const asks = path.includes('dryRun=All') || path.includes('/selfsubject');
  return method !== 'GET' && !asks;
}

export function matches({ method, path, watch }: Which, asked: { method: string; path: string }): boolean {
  if (method !== undefined && method !== asked.method) return false;
  if (watch !== undefined && watch !== isWatch(asked.path)) return false;
  return path === undefined || path.test(decodeURIComponent(asked.path));
}

export function isWatch(path: string): boolean {
  return new URLSearchParams(path.split('?')[1] ?? '').get('watch') === 'true';
}

/** A refusal as the API server words it. */
export function refusal(code: number, reason: string, message: string, headers: OutgoingHttpHeaders = {}): Fault {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message };
  return { kind: 'answer', status: code, headers, body };
}

/** @see https://kubernetes.io/docs/concepts/cluster-administration/flow-control/ */
export const throttled = (seconds: number): Fault =>
  refusal(429, 'TooManyRequests', 'the server has received too many requests and has asked us to try again later', {
    'retry-after': String(seconds),
  });

export const unauthorized = refusal(401, 'Unauthorized', 'Unauthorized');
export const expired = refusal(410, 'Expired', 'too old resource version: 1 (2)');
export const noLeader = refusal(500, 'InternalError', 'etcdserver: leader changed');
/** A load balancer whose API server is away answers in its own words. */
export const badGateway: Fault = { kind: 'answer', status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' };
