import type { ProbeConfig } from '../../config/probe-schema.ts';
import { parseDuration } from '../../text/duration.ts';
import type { IngressSpec } from '../ingress/ingress-spec.ts';
import { hostOf } from '../ingress/routes.ts';
import { verbatim } from '../verbatim.ts';
import type { ProcessSpec } from './app-spec.ts';

type Fields = Record<string, unknown>;

/** Seconds, and failures in a row. Every second until the first success, so that the app is ready within a second after its start. */
const DEFAULTS = {
  startup: { period: 1, failures: undefined },
  readiness: { period: 5, failures: 2 },
  liveness: { period: 10, failures: 3 },
} as const;
const TIMEOUT_SECONDS = 3;
/** Probes that a process with a port has without a word. */
const ALWAYS: readonly string[] = ['startup', 'readiness'];

/** The probes of the container of a process. */
export function probesOf(process: ProcessSpec, ingress: IngressSpec | undefined): Fields {
  const { probes = {} } = process;
  const made = (['startup', 'readiness', 'liveness'] as const).flatMap((kind) => {
    const given = probes[kind];
    const handler =
      given === undefined && !ALWAYS.includes(kind) ? undefined : handlerOf(given ?? {}, process, ingress);
    return handler === undefined ? [] : [[`${kind}Probe`, { ...handler, ...timing(kind, given ?? {}, process) }]];
  });
  return Object.fromEntries(made);
}

function timing(kind: keyof typeof DEFAULTS, given: ProbeConfig, { startupMs }: ProcessSpec): Fields {
  const { period: usual, failures } = DEFAULTS[kind];
  const period = secondsOf(given.period) ?? usual;
  const delay = secondsOf(given.delay);
  return {
    ...(delay === undefined ? {} : { initialDelaySeconds: delay }),
    periodSeconds: period,
    timeoutSeconds: secondsOf(given.timeout) ?? TIMEOUT_SECONDS,
    failureThreshold: given.failures ?? failures ?? Math.max(1, Math.ceil(startupMs / 1_000 / period)),
  };
}

/** A probe takes whole seconds, at least one. */
function secondsOf(duration: string | undefined): number | undefined {
  return duration === undefined ? undefined : Math.max(1, parseDuration(duration, 'probes') / 1_000);
}

/** How a probe asks; by default as the health check. undefined: a process without a port and without a word. */
function handlerOf(given: ProbeConfig, process: ProcessSpec, ingress: IngressSpec | undefined): Fields | undefined {
  const { command, port, headers } = given;
  if (command !== undefined) return { exec: { command: command.map(verbatim) } };
  const path = given.path ?? (port === undefined ? process.health : undefined);
  if (path !== undefined) {
    const all = { ...hostHeader(process, ingress), ...headers };
    const httpHeaders = Object.entries(all).map(([name, value]) => ({ name, value }));
    return { httpGet: { path, port: port ?? 'http', ...(httpHeaders.length > 0 ? { httpHeaders } : {}) } };
  }
  if (port === undefined && process.port === undefined) return undefined;
  return { tcpSocket: { port: port ?? 'http' } };
}

/** The host of the app. By default a probe sends the IP address of the pod, which many frameworks refuse (ALLOWED_HOSTS of Django). */
function hostHeader(process: ProcessSpec, ingress: IngressSpec | undefined): Record<string, string> {
  const host = ingress ? hostOf(process, ingress) : '';
  return host === '' || host.includes('{') ? {} : { Host: host };
}
