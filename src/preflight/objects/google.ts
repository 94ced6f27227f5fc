import { fields, list, textOf } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { type Backend, backendsOf, serviceOf } from './backends.ts';
import { isOfGke, policyOf } from './gateway.ts';
import { classOf, isGoogle } from './ingress-class.ts';
import { at, type Observed, servicePort, targetOf, workloadsBehind } from './observed.ts';

/**
 * Services behind the load balancer of Google: how it reaches the pods, and what it asks for their health.
 * @see https://cloud.google.com/kubernetes-engine/docs/concepts/ingress#health_checks
 */
export function googleFindings(ingress: KubeObject, all: Observed): Finding[] {
  if (ingress.kind !== 'Ingress' || !isGoogle(classOf(ingress))) return [];
  const seen = new Set<string>();
  return backendsOf(ingress).flatMap((backend) => {
    const service = serviceOf(backend, ingress, all);
    const port = service && servicePort(service, backend.port);
    const key = `${backend.service} ${String(port?.port)}`;
    if (service === undefined || port === undefined || seen.has(key)) return [];
    seen.add(key);
    return [...reached(service, all), ...health(backend, service, all)];
  });
}

/** An annotation in JSON; undefined without one, and for what is no JSON. */
function jsonOf({ metadata }: KubeObject, name: string): Record<string, unknown> | undefined {
  const text = metadata.annotations?.[name];
  if (text === undefined) return undefined;
  try {
    return fields(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing */
function reached(service: KubeObject, all: Observed): Finding[] {
  if ((fields(service.spec).type ?? 'ClusterIP') !== 'ClusterIP') return [];
  const groups = jsonOf(service, 'cloud.google.com/neg');
  if (groups?.ingress === true || groups === undefined) return [];
  return [
    finding('balancer-without-endpoints', {
      where: at(service, all, 'cloud.google.com/neg'),
      confidence: groups.ingress === false ? 'proven' : 'likely',
      seen: 'it is a ClusterIP behind the ingress of Google, and its annotation cloud.google.com/neg asks for no endpoint group of an Ingress',
      remedy: `Write cloud.google.com/neg: '{"ingress": true}', or make it a NodePort.`,
    }),
  ];
}

/** The BackendConfig of a port of a Service; undefined without the annotation. */
function backendConfig(
  service: KubeObject,
  port: unknown,
  { objects }: Observed,
): KubeObject | 'elsewhere' | undefined {
  const said =
    jsonOf(service, 'cloud.google.com/backend-config') ?? jsonOf(service, 'beta.cloud.google.com/backend-config');
  const own = servicePort(service, port);
  const ports = fields(said?.ports);
  const name = textOf(ports[String(own?.port)] ?? ports[textOf(own?.name)] ?? said?.default);
  if (name === '') return undefined;
  return objects.find((one) => one.kind === 'BackendConfig' && one.metadata.name === name) ?? 'elsewhere';
}

/** Without a BackendConfig, the health check is the readiness probe of the pods that serve, otherwise GET / */
function health({ port }: Backend, service: KubeObject, all: Observed): Finding[] {
  const config = backendConfig(service, port, all);
  if (config === 'elsewhere' || fields(config?.spec).healthCheck !== undefined) return [];
  const own = servicePort(service, port);
  const [pods] = workloadsBehind(service, all);
  const target = own && pods && targetOf(own, pods);
  if (pods === undefined || target === undefined) return [];
  const { container, number } = target;
  const probe = fields(fields(container.readinessProbe).httpGet);
  const name = list(container.ports).find(({ containerPort }) => containerPort === number)?.name;
  const isProbed = probe.path !== undefined && (probe.port === number || probe.port === name);
  if (isProbed) return [];
  return [
    finding('balancer-asks-root', {
      where: at(service, all),
      confidence: 'likely',
      seen: `neither a BackendConfig nor an httpGet readinessProbe on port ${number} of ${pods.object.kind} ${pods.object.metadata.name} names a health path: the load balancer asks GET / and needs the status 200`,
      remedy:
        'Add a BackendConfig with `healthCheck` (`deploy.health` writes it), or an httpGet readinessProbe on this port.',
      key: String(number),
    }),
  ];
}

/** 30 s after which the load balancer closes a connection, WebSockets as well. */
export function closesWebSockets(backend: Backend, ingress: KubeObject, service: KubeObject, all: Observed): boolean {
  if (isOfGke(ingress, all)) {
    const policy = fields(policyOf('GCPBackendPolicy', service, all)?.spec);
    return fields(policy.default).timeoutSec === undefined;
  }
  if (ingress.kind !== 'Ingress' || !isGoogle(classOf(ingress))) return false;
  const config = backendConfig(service, backend.port, all);
  return config !== 'elsewhere' && fields(config?.spec).timeoutSec === undefined;
}
