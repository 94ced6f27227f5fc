import { fields, list } from '../../objects/fields.ts';
import { podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { type Confidence, type Finding, finding } from '../finding.ts';
import { type NamedHost, namedHosts } from './named-hosts.ts';
import type { Side } from './names.ts';

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

/** What one namespace has. */
interface Namespace {
  services: Map<string, KubeObject>;
  /** Objects of operators, which can make Services. */
  custom: KubeObject[];
  /** Pods of the app run there, or the cluster was read: a Service that is not here is nowhere. */
  isKnown: boolean;
}
type Services = ReadonlyMap<string, Namespace>;

/** The Services that are written, and those that the cluster has. */
function servicesOf(sides: readonly Side[], { live }: Known): Services {
  const all = new Map<string, Namespace>();
  const of = (name: string): Namespace => {
    const one: Namespace = all.get(name) ?? { services: new Map(), custom: [], isKnown: false };
    all.set(name, one);
    return one;
  };
  for (const [name, services] of live) {
    of(name).isKnown = true;
    for (const service of services) of(name).services.set(service.metadata.name, service);
  }
  for (const object of sides.flatMap(({ objects }) => objects)) {
    const own = of(object.metadata.namespace ?? 'default');
    own.isKnown ||= podTemplateOf(object) !== undefined;
    if (object.kind === 'Service') own.services.set(object.metadata.name, object);
    if (isCustom(object)) own.custom.push(object);
  }
  return all;
}

/** Groups of Kubernetes itself, and of controllers that make no Services for clients. */
const WITHOUT_SERVICES =
  /^(?:[^.]*|.*\.k8s\.io|.*gke\.io|cloud\.google\.com|cert-manager\.io|external-secrets\.io|bitnami\.com|argoproj\.io|keda\.sh|traefik\.io|.*istio\.io|kyverno\.io)\//;

function isCustom({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion.includes('.') && !WITHOUT_SERVICES.test(apiVersion) && !/Monitor$|Rule$/.test(kind);
}

/** Operators begin the names of their Services with that of their object: `db` has `db-rw`. */
function maker(service: string, custom: readonly KubeObject[]): KubeObject | undefined {
  return custom.find(({ metadata: { name } }) => service === name || service.startsWith(`${name}-`));
}

const IN_CLUSTER = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(\.cluster\.local)?\.?$/;
const LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

/** The Service that every cluster has. */
const isApiServer = (name: string, namespace: string) => name === 'kubernetes' && namespace === 'default';

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
  if (wanted === undefined || all === undefined || isApiServer(wanted.name, wanted.namespace)) return [];
  const service = all.services.get(wanted.name);
  const holds = `${named.in} names ${named.host}`;
  const make = (seen: string, remedy: string, confidence: Confidence) =>
    finding('no-service-answers', {
      where: { environment, object: named.of },
      confidence,
      seen,
      remedy,
      key: `${named.in} ${named.host}`,
    });
  if (service === undefined) {
    if (!all.isKnown) return [];
    const isRead = known.live.has(wanted.namespace);
    const asked = known.dialled.has(named.host);
    const where = `namespace ${wanted.namespace}${isRead ? '' : ' as slipway.yml describes it'}`;
    const said = `${holds}, and ${where} has no such Service${asked ? '; the process asked for it here' : ''}`;
    const remedy = remedyFor(wanted.name, environment, all.services);
    if (isRead || asked) return [make(said, remedy, isRead && asked ? 'proven' : 'likely')];
    const custom = maker(wanted.name, all.custom);
    const maybe = custom && `; an operator may make it for ${custom.kind} ${custom.metadata.name}`;
    // Another team can have it in the same namespace: the objects of this app alone do not tell.
    const isMeant = custom === undefined && hasAlike(wanted.name, all.services, services);
    return [make(`${said}${maybe ?? ''}`, remedy, isMeant ? 'likely' : 'possible')];
  }
  const ports = portsOf(service);
  if (ports === undefined || named.port === undefined || ports.includes(named.port)) return [];
  const seen = `${holds} with port ${named.port}, and Service ${wanted.name} has port ${ports.join(', ')}`;
  return [
    make(seen, `Write port ${ports[0]}: a Service listens on its own port, not on that of the process.`, 'likely'),
  ];
}

/** A Service of a longer name stands there (`staging-postgres`), or another environment has one of this name. */
function hasAlike(name: string, own: ReadonlyMap<string, KubeObject>, all: Services): boolean {
  const isLonger = [...own.keys()].some((one) => one.startsWith(`${name}-`) || one.endsWith(`-${name}`));
  return isLonger || [...all.values()].some(({ services }) => services.has(name));
}

function remedyFor(name: string, environment: string, all: ReadonlyMap<string, KubeObject>): string {
  const others = [...all.keys()].sort().slice(0, 8).join(', ');
  const there = others === '' ? 'it has none' : `it has ${others}`;
  return `Add the Service (\`environments.${environment}.services.${name}\` makes one), or correct the name: ${there}.`;
}

/** Ports that the Service answers on; undefined: any that its pods or its other name have. */
function portsOf({ spec }: KubeObject): number[] | undefined {
  const { clusterIP, type, ports } = fields(spec);
  if (clusterIP === 'None' || type === 'ExternalName') return undefined;
  return list(ports).flatMap(({ port }) =>
    typeof port === 'number' || typeof port === 'bigint' ? [Number(port)] : [],
  );
}
