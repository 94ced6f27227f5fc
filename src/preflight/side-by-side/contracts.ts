import { fields, list } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import type { Side } from './differences.ts';
import { type NamedHost, namedHosts } from './named-hosts.ts';

/** What is known beside the objects of the environments. */
export interface Known {
  /** Services that the cluster has, of the namespaces that were read; a namespace that is not here is not known. */
  live: ReadonlyMap<string, readonly KubeObject[]>;
  /** Names that a process asked for when it ran here. */
  dialled: ReadonlySet<string>;
}

/** Names that variables hold, and that nobody answers in their environment. */
export function contractFindings(sides: readonly Side[], known: Known): Finding[] {
  const services = servicesOf(sides, known);
  return sides.flatMap(({ environment, objects }) => {
    const maps = new Map(objects.filter(({ kind }) => kind === 'ConfigMap').map((one) => [one.metadata.name, one]));
    return objects
      .flatMap((object) => namedHosts(object, maps))
      .flatMap((named) => judged(named, environment, services, known));
  });
}

/** Namespace → name → Service: those that are written, and those that the cluster has. */
type Services = ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;

function servicesOf(sides: readonly Side[], { live }: Known): Services {
  const all = new Map<string, Map<string, KubeObject>>();
  const add = (namespace: string, service: KubeObject) => {
    const own = all.get(namespace) ?? new Map<string, KubeObject>();
    all.set(namespace, own.set(service.metadata.name, service));
  };
  for (const [namespace, services] of live) {
    all.set(namespace, new Map());
    for (const service of services) add(namespace, service);
  }
  for (const { objects } of sides) {
    for (const object of objects) {
      const { namespace = 'default' } = object.metadata;
      if (!all.has(namespace)) all.set(namespace, new Map());
      if (object.kind === 'Service') add(namespace, object);
    }
  }
  return all;
}

const IN_CLUSTER = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(\.cluster\.local)?\.?$/;
const LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** Service and namespace of a name that only the cluster resolves; undefined for every other one. */
function serviceIn({ host, namespace, aliases }: NamedHost): { name: string; namespace: string } | undefined {
  if (host === 'localhost' || aliases.includes(host)) return undefined;
  const [, name, other] = IN_CLUSTER.exec(host) ?? [];
  if (name !== undefined && other !== undefined) return { name, namespace: other };
  return LABEL.test(host) ? { name: host, namespace } : undefined;
}

function judged(named: NamedHost, environment: string, services: Services, known: Known): Finding[] {
  const wanted = serviceIn(named);
  const all = wanted && services.get(wanted.namespace);
  if (wanted === undefined || all === undefined) return [];
  const service = all.get(wanted.name);
  const holds = `${named.in} names ${named.host}`;
  const make = (seen: string, remedy: string, isSure: boolean) =>
    finding('no-service-answers', {
      where: { environment, object: named.of },
      confidence: isSure ? 'proven' : 'likely',
      seen,
      remedy,
      key: `${named.in} ${named.host}`,
    });
  if (service === undefined) {
    const isRead = known.live.has(wanted.namespace);
    const asked = known.dialled.has(named.host);
    const where = `namespace ${wanted.namespace}${isRead ? '' : ' as slipway.yml describes it'}`;
    const said = `${holds}, and ${where} has no such Service${asked ? '; the process asked for it here' : ''}`;
    return [make(said, remedyFor(wanted.name, environment, all), isRead && asked)];
  }
  const ports = portsOf(service);
  if (ports === undefined || named.port === undefined || ports.includes(named.port)) return [];
  const seen = `${holds} with port ${named.port}, and Service ${wanted.name} has port ${ports.join(', ')}`;
  return [make(seen, `Write port ${ports[0]}: a Service listens on its own port, not on that of the process.`, false)];
}

function remedyFor(name: string, environment: string, all: ReadonlyMap<string, KubeObject>): string {
  const others = [...all.keys()].sort().slice(0, 8).join(', ');
  const there = others === '' ? 'it has none' : `it has ${others}`;
  return `Add the service to \`environments.${environment}.services.${name}\`, or correct the variable: ${there}.`;
}

/** Ports that the Service answers on; undefined: any that its pods or its other name have. */
function portsOf({ spec }: KubeObject): number[] | undefined {
  const { clusterIP, type, ports } = fields(spec);
  if (clusterIP === 'None' || type === 'ExternalName') return undefined;
  return list(ports).flatMap(({ port }) =>
    typeof port === 'number' || typeof port === 'bigint' ? [Number(port)] : [],
  );
}
