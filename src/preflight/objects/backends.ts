import { fields, list, textOf } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { at, type Observed, sameNamespace, servicePort, workloadsBehind } from './observed.ts';

/** A Service that an Ingress or a route names. */
export interface Backend {
  service: string;
  /** Number or name. */
  port: unknown;
  path: string;
  /** Of a route to another namespace; empty: that of the route. */
  namespace?: string | undefined;
}

const ROUTES = ['HTTPRoute', 'GRPCRoute'];

/** The Services that an Ingress of any version, or a route, sends requests to. */
export function backendsOf({ kind, spec }: KubeObject): Backend[] {
  if (ROUTES.includes(kind)) {
    return list(fields(spec).rules).flatMap((rule) => {
      const path = textOf(fields(fields(list(rule.matches)[0]).path).value);
      return list(rule.backendRefs)
        .filter(({ kind: of = 'Service', group = '' }) => of === 'Service' && group === '')
        .map(({ name, port, namespace }) => ({ service: textOf(name), port, path, namespace: textOf(namespace) }));
    });
  }
  if (kind !== 'Ingress') return [];
  const { rules, defaultBackend, backend } = fields(spec);
  const paths = list(rules).flatMap(({ http }) => list(fields(http).paths));
  const first = defaultBackend ?? backend;
  return [...paths, ...(first === undefined ? [] : [{ backend: first, path: '' }])].flatMap((one) => {
    const { service, serviceName, servicePort: old } = fields(one.backend);
    const { name, port } = fields(service);
    const { number, name: portName } = fields(port);
    const found = textOf(name ?? serviceName);
    return found === '' ? [] : [{ service: found, port: number ?? portName ?? old, path: textOf(one.path) }];
  });
}

/** The Service of a backend; undefined where the objects do not have it. */
export function serviceOf(backend: Backend, route: KubeObject, { objects }: Observed): KubeObject | undefined {
  return objects.find(
    (one) =>
      one.kind === 'Service' &&
      one.metadata.name === backend.service &&
      (backend.namespace ? one.metadata.namespace === backend.namespace : sameNamespace(one, route)),
  );
}

/** Routes to Services and ports that do not exist. */
export function routeFindings(route: KubeObject, all: Observed): Finding[] {
  const backends = backendsOf(route).filter(
    (one, index, every) =>
      every.findIndex(({ service, port }) => service === one.service && port === one.port) === index,
  );
  return backends.flatMap((backend) => {
    const { service, port } = backend;
    const target = serviceOf(backend, route, all);
    const where = at(route, all, service);
    if (port === 'use-annotation') return [];
    if (target === undefined) {
      // What another namespace has, these objects do not tell.
      if (backend.namespace && backend.namespace !== route.metadata.namespace) return [];
      return [
        finding('backend-missing', {
          where,
          confidence: 'possible',
          seen: `it sends requests to Service ${service}, which is not among these objects`,
          remedy: 'Correct the name, or add the Service. One that something else makes is fine: accept this finding.',
          key: service,
        }),
      ];
    }
    if (port === undefined || servicePort(target, port) !== undefined) return [];
    const ports = list(fields(target.spec).ports).map((one) => String(one.name ?? one.port));
    return [
      finding('backend-port-missing', {
        where,
        confidence: 'proven',
        seen: `it sends requests to port ${String(port)} of Service ${service}, whose ports are ${ports.join(', ')}`,
        remedy: 'Name a port of the Service: its `port` or its `name`, not the `targetPort`.',
        key: `${service} ${String(port)}`,
      }),
    ];
  });
}

/** A Service without pods, or with a port that its pods do not name. */
export function serviceFindings(service: KubeObject, all: Observed): Finding[] {
  const { selector, type, ports } = fields(service.spec);
  if (service.kind !== 'Service' || type === 'ExternalName' || Object.keys(fields(selector)).length === 0) return [];
  const behind = workloadsBehind(service, all);
  if (behind.length === 0) return [];
  const isNamed = (wanted: string) =>
    behind.some(({ template: { spec } }) =>
      [...list(spec.containers), ...list(spec.initContainers)].some(({ ports: own }) =>
        list(own).some(({ name }) => name === wanted),
      ),
    );
  const missing = list(ports)
    .map(({ targetPort }) => targetPort)
    .filter((one) => typeof one === 'string')
    .filter((one) => !/^\d{1,5}$/.test(one) && !isNamed(one));
  const pods = behind.map(({ object }) => `${object.kind} ${object.metadata.name}`).join(', ');
  return missing.map((targetPort) =>
    finding('service-port-missing', {
      where: at(service, all, `targetPort: ${targetPort}`),
      // Of several ports, one can be for what is turned off.
      confidence: missing.length === list(ports).length ? 'proven' : 'likely',
      seen: `its targetPort is ${targetPort}, which no container of ${pods} names`,
      remedy: 'Give the port of the container this name, or write its number.',
      key: targetPort,
    }),
  );
}
