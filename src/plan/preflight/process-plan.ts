import type { Config } from '../../config/schema.ts';
import { fields, list, textOf } from '../../objects/fields.ts';
import { type Container, podTemplateOf, repositoryOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { type ContainerPlan, containerPlan, type KnownSecrets } from './container-plan.ts';

/** How the kubelet checks a container. */
export interface HealthCheck {
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** A process of the app: one container that runs until it is replaced. */
export interface ProcessPlan extends ContainerPlan {
  /** Name of the object. */
  name: string;
  kind: string;
  /** Name of its image in slipway.yml. */
  image: string;
  /** undefined: a worker. */
  port: number | undefined;
  /** undefined: the port must accept connections. */
  health: HealthCheck | undefined;
  /** Milliseconds after SIGTERM at which the kubelet kills it. */
  graceMs: number;
  /** Hosts by which visitors of each environment reach it: environment → host. */
  hosts: Readonly<Record<string, string>>;
  /** Most pods of it in an environment. */
  replicas: number;
  /** A load balancer of Google Cloud checks its health. */
  exactlyOk: boolean;
}

/** What the processes have in common. */
interface Shared {
  known: KnownSecrets;
  hosts: ProcessPlan['hosts'];
  /** Objects of the persistent environments. */
  environments: readonly { objects: readonly KubeObject[] }[];
}

const LONG_RUNNING = ['Deployment', 'StatefulSet', 'DaemonSet'];
const DEFAULT_GRACE_SECONDS = 30;

/**
 * The processes of these objects that run an image of the app.
 * @param repositories name of an image in slipway.yml → repository
 */
export function processesOf(
  objects: readonly KubeObject[],
  repositories: Readonly<Record<string, string>>,
  { known, hosts, environments }: Shared,
): ProcessPlan[] {
  const persistent = environments.flatMap((one) => one.objects);
  return objects
    .filter(({ kind }) => LONG_RUNNING.includes(kind))
    .flatMap((object) => {
      const template = podTemplateOf(object);
      const found = template && ownContainer(template.spec.containers, repositories);
      if (!template || !found) return [];
      const { container, image } = found;
      const port = portOf(container);
      return [
        {
          ...containerPlan(template, container, known),
          name: object.metadata.name,
          kind: object.kind,
          image,
          port,
          health: healthOf(container),
          graceMs: graceOf(template.spec, container) * 1_000,
          hosts,
          replicas: mostReplicas(object, persistent),
          exactlyOk: persistent.some(isGoogleBalancer),
        },
      ];
    });
}

/** A review environment has fewer pods than production. */
function mostReplicas({ kind, metadata: { name } }: KubeObject, objects: readonly KubeObject[]): number {
  const same = objects.filter((one) => one.kind === kind && one.metadata.name === name);
  return Math.max(1, ...same.map(({ spec }) => Number(fields(spec).replicas ?? 1)));
}

/** @see https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks */
function isGoogleBalancer({ kind, metadata, spec }: KubeObject): boolean {
  if (kind === 'BackendConfig' || kind === 'HealthCheckPolicy') return true;
  const named = metadata.annotations?.['kubernetes.io/ingress.class'] ?? fields(spec).ingressClassName;
  return kind === 'Ingress' && /^gce(-internal)?$/.test(textOf(named));
}

function ownContainer(
  containers: readonly Container[],
  repositories: Readonly<Record<string, string>>,
): { container: Container; image: string } | undefined {
  for (const [image, repository] of Object.entries(repositories)) {
    const container = containers.find((one) => repositoryOf(one.image ?? '') === repositoryOf(repository));
    if (container) return { container, image };
  }
  return undefined;
}

/** The port of the readiness or the startup probe, otherwise the first port of the container. */
function portOf(container: Container): number | undefined {
  const ports = list(container.ports);
  const asked = [container.readinessProbe, container.startupProbe].map((probe) => {
    const { httpGet, tcpSocket } = fields(probe);
    return fields(httpGet ?? tcpSocket).port;
  });
  const wanted = asked.find((port) => port !== undefined);
  const named = ports.find(({ name }) => name === wanted)?.containerPort;
  const port = named ?? wanted ?? ports[0]?.containerPort;
  return typeof port === 'number' ? port : undefined;
}

function healthOf(container: Container): HealthCheck | undefined {
  const probe = fields(fields(container.readinessProbe ?? container.startupProbe).httpGet);
  if (probe.path === undefined) return undefined;
  const headers = list(probe.httpHeaders).map(({ name, value }) => [textOf(name), textOf(value)]);
  return { path: textOf(probe.path), headers: Object.fromEntries(headers) };
}

/** Seconds from SIGTERM to SIGKILL: the grace period begins before the preStop hook. */
function graceOf({ terminationGracePeriodSeconds: all }: Record<string, unknown>, container: Container): number {
  const { sleep, exec } = fields(fields(container.lifecycle).preStop);
  const [program, seconds] = Array.isArray(fields(exec).command) ? (fields(exec).command as unknown[]) : [];
  const drained = Number(fields(sleep).seconds ?? (program === 'sleep' ? seconds : 0));
  const whole = typeof all === 'number' ? all : DEFAULT_GRACE_SECONDS;
  return Math.max(1, whole - (Number.isFinite(drained) ? drained : 0));
}

/**
 * The hosts of the environments that are whole names. None if a variable holds the host: the app then answers each environment
 * by another one.
 */
export function hostsOf({
  environments = {},
  deploy,
}: Pick<Config, 'environments' | 'deploy'>): Record<string, string> {
  if (/\{(host|url)\}/.test(JSON.stringify([deploy.env, deploy.processes]))) return {};
  const hosts = Object.entries(environments).flatMap(([name, { host = '', env }]) =>
    host === '' || host.includes('{') || env !== undefined ? [] : [[name, host] as const],
  );
  return Object.fromEntries(hosts);
}
