import { commandLine } from '../command-line.ts';
import { drainSeconds } from '../drain.ts';
import type { ExposedProcess, IngressSpec } from '../ingress/ingress-spec.ts';
import { hostOf } from '../ingress/routes.ts';
import { placeValues } from '../value.ts';
import { verbatim } from '../verbatim.ts';
import { type AppSpec, type Command, imageOf, type PodPart, type ProcessSpec } from './app-spec.ts';
import { variablesOf } from './variables.ts';

/** Kubernetes' `command` of a shell line (`sh -c` with `exec`) or of a list; both run as they are written. */
export function commandArray(command: Command): string[] {
  return commandLine(command).map(verbatim);
}

/** The one container of the pods of a process or a cron. */
export function appContainer(spec: AppSpec, part: PodPart | ProcessSpec): Record<string, unknown> {
  const serving = 'port' in part && part.port !== undefined ? { ...part, port: part.port } : undefined;
  const own: Record<string, string> = serving ? { PORT: String(serving.port) } : {};
  return {
    name: part.container,
    image: imageOf(spec, part),
    ...(part.command ? { command: commandArray(part.command) } : {}),
    ...(serving ? { ports: [{ name: 'http', containerPort: serving.port, protocol: 'TCP' }] } : {}),
    env: variablesOf({ ...own, ...part.env }, { ...placeValues(spec), ...spec.connections }, part.secrets),
    ...(part.secrets.length > 0 ? { envFrom: part.secrets.map((name) => ({ secretRef: { name } })) } : {}),
    ...(serving ? probes(serving, spec) : {}),
    ...(serving ? { lifecycle: { preStop: drain(spec, serving) } } : {}),
    resources: resources(part.resources),
    securityContext: securityContext(spec.security),
  };
}

/** Every second until the first success, so that the app is ready within a second after its start. */
function probes(process: ExposedProcess & { startupMs: number }, { ingress }: AppSpec): Record<string, unknown> {
  const probe = probeOf(process, ingress);
  return {
    startupProbe: { ...probe, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: startupSeconds(process) },
    readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
  };
}

/** With the app's own host: many frameworks answer 400 to an address, which is the default (Django's ALLOWED_HOSTS). */
function probeOf(process: ExposedProcess, ingress: IngressSpec | undefined): Record<string, unknown> {
  const { health } = process;
  if (!health) return { tcpSocket: { port: 'http' } };
  const host = ingress ? hostOf(process, ingress) : '';
  const isKnown = host !== '' && !host.includes('{');
  const headers = isKnown ? { httpHeaders: [{ name: 'Host', value: host }] } : {};
  return { httpGet: { path: health, port: 'http', ...headers } };
}

function startupSeconds({ startupMs }: { startupMs: number }): number {
  return Math.max(1, Math.ceil(startupMs / 1_000));
}

function drain(spec: AppSpec, process: ExposedProcess): Record<string, unknown> {
  const seconds = drainSeconds(process);
  return spec.nativeSleep ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };
}

/** The memory limit is the request, so that a node never kills a neighbour; CPU has no limit, because pods share it. */
function resources(wanted: PodPart['resources'] = {}): Record<string, unknown> {
  const requests = {
    ...(wanted.cpu ? { cpu: wanted.cpu } : {}),
    ...(wanted.memory ? { memory: wanted.memory } : {}),
  };
  return {
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
    ...(wanted.memory ? { limits: { memory: wanted.memory } } : {}),
  };
}

/**
 * `ordinary` drops the capabilities that no web app needs, and allows images that start as root and change the user themselves
 * (they need CHOWN, SETUID and SETGID). `restricted` is the Pod Security Standard.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
function securityContext(security: AppSpec['security']): Record<string, unknown> {
  const common = { allowPrivilegeEscalation: false, seccompProfile: { type: 'RuntimeDefault' } };
  return security === 'restricted'
    ? { ...common, runAsNonRoot: true, capabilities: { drop: ['ALL'] } }
    : { ...common, capabilities: { drop: ['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SETFCAP', 'SYS_CHROOT'] } };
}
