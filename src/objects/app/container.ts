import { commandLine } from '../command-line.ts';
import { drainSeconds } from '../drain.ts';
import { verbatim } from '../verbatim.ts';
import type { AppSpec, Command } from './app-spec.ts';

/** Kubernetes' `command` of a shell line (`sh -c` with `exec`) or of a list; both run as they are written. */
export function commandArray(command: Command): string[] {
  return commandLine(command).map(verbatim);
}

/** The one container of an app's pods. */
export function appContainer(spec: AppSpec): Record<string, unknown> {
  const probe = probeOf(spec);
  return {
    name: spec.name,
    image: spec.image,
    ...(spec.command ? { command: commandArray(spec.command) } : {}),
    ports: [{ name: 'http', containerPort: spec.port, protocol: 'TCP' }],
    env: Object.entries({ PORT: String(spec.port), ...spec.env }).map(([name, value]) => ({
      name,
      value: verbatim(value),
    })),
    ...(spec.secrets.length > 0 ? { envFrom: spec.secrets.map((name) => ({ secretRef: { name } })) } : {}),
    // Every second until the first success, so that the app is ready within a second after its start.
    startupProbe: { ...probe, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: startupSeconds(spec) },
    readinessProbe: { ...probe, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    lifecycle: { preStop: drain(spec) },
    resources: resources(spec.resources),
    securityContext: securityContext(spec.security),
  };
}

/** With the app's own host: many frameworks answer 400 to an address, which is the default (Django's ALLOWED_HOSTS). */
function probeOf({ health, ingress }: AppSpec): Record<string, unknown> {
  if (!health) return { tcpSocket: { port: 'http' } };
  const isKnown = ingress && ingress.host !== '' && !ingress.host.includes('{');
  const headers = isKnown ? { httpHeaders: [{ name: 'Host', value: ingress.host }] } : {};
  return { httpGet: { path: health, port: 'http', ...headers } };
}

function startupSeconds({ startupMs }: AppSpec): number {
  return Math.max(1, Math.ceil(startupMs / 1_000));
}

function drain(spec: AppSpec): Record<string, unknown> {
  const seconds = drainSeconds(spec);
  return spec.nativeSleep ? { sleep: { seconds } } : { exec: { command: ['sleep', String(seconds)] } };
}

/** The memory limit is the request, so that a node never kills a neighbour; CPU has no limit, because pods share it. */
function resources(wanted: AppSpec['resources'] = {}): Record<string, unknown> {
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
