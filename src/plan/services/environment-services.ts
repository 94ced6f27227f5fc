import type { Engine } from '../../config/engines.ts';
import type { EnvironmentServiceConfig, ServiceConfig } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import { tryReference } from '../../objects/image-reference.ts';
import { LABELS } from '../../objects/names.ts';
import { BACKING_SERVICE } from '../../objects/phases.ts';
import { verbatim } from '../../objects/verbatim.ts';
import type { KubeObject } from '../../ports.ts';
import { isDatabase } from '../engines/engines.ts';
import { addedPod, containerSecurity, type PodSecurity, type RunAs } from './security.ts';
import { type PlannedService, planService } from './service.ts';

/** A service of an environment. Its name is its host name; its data lives as long as its pod. */
export interface EnvironmentService extends PlannedService {
  port: number;
  runAs: RunAs;
  /** As Kubernetes takes them. */
  resources: { requests: { cpu: string; memory: string }; limits: { memory: string } };
}

/** Where services run, for the checks and the messages. */
export interface ServicePlace {
  /** Key of slipway.yml that names them. */
  where: string;
  podSecurity: PodSecurity;
  /** Names of objects that others have, and whose they are. */
  taken: Readonly<Record<string, string>>;
  /** What to do in place of a service that keeps data. */
  remedyForDatabase(engine: string): string;
  /** Refuses images of databases by their name as well: an environment that lasts would lose its data. */
  lasts: boolean;
}

interface Resources {
  cpu?: string | undefined;
  memory?: string | undefined;
}

/** User ids of the official images. */
const UIDS: Partial<Record<Engine, number>> = { redis: 999, memcached: 11211 };
/** Images of servers that keep data. */
const DATABASE_IMAGE =
  /^(postgres|postgresql|postgis|pgvector|timescaledb|mysql|mysql-server|mariadb|percona|mongo|mongodb|cassandra|cockroach|couchdb|influxdb|clickhouse|clickhouse-server|neo4j|minio|etcd)$/;

/**
 * Plans the services of an environment.
 * @throws UserError for a database, a service without a port, a name that is in use
 */
export function planServices(
  configured: Readonly<Record<string, ServiceConfig | EnvironmentServiceConfig>> | undefined,
  place: ServicePlace,
): EnvironmentService[] {
  return Object.entries(configured ?? {}).map(([name, config]) => {
    const where = `${place.where}.${name}`;
    const { resources, ...given }: Exclude<EnvironmentServiceConfig, string> =
      typeof config === 'string' ? { engine: config } : config;
    if (given.name !== undefined && given.name !== name) {
      throw new UserError(`${where}.name: the key is the host name of a service here`, {
        remedy: `Write the key "${given.name}" in place of "${name}", and leave out \`name\`.`,
      });
    }
    const service = planService(given, { user: '', password: '', database: '' }, where, name);
    refuseUnfit(where, service, place);
    const runAs = runAsOf(given, place.podSecurity);
    return { ...service, port: portOf(where, service), runAs, resources: resourcesOf(resources) };
  });
}

function resourcesOf({ cpu = '10m', memory }: Resources = {}): EnvironmentService['resources'] {
  return { requests: { cpu, memory: memory ?? '32Mi' }, limits: { memory: memory ?? '512Mi' } };
}

function runAsOf(given: { engine?: Engine; image?: string }, podSecurity: PodSecurity): RunAs {
  const official = given.engine === undefined ? undefined : UIDS[given.engine];
  if (podSecurity === 'restricted') return official ?? 'not-root';
  return given.image === undefined && official !== undefined ? official : 'as-built';
}

function refuseUnfit(where: string, { engine, name, image }: PlannedService, place: ServicePlace): void {
  const named = tryReference(image)?.path.split('/').at(-1) ?? '';
  const database = engine !== undefined && isDatabase(engine) ? engine : undefined;
  const byImage = place.lasts && engine === undefined && DATABASE_IMAGE.test(named) ? named : undefined;
  if (database ?? byImage) {
    const what = database ? `${database} is the engine of a database` : `${byImage} is a database`;
    throw new UserError(`${where}: ${what}, which keeps its data over redeploys`, {
      remedy: place.remedyForDatabase(database ?? named),
    });
  }
  const whose = Object.hasOwn(place.taken, name) ? place.taken[name] : undefined;
  if (whose === undefined) return;
  throw new UserError(`${where}: the name "${name}" belongs to the ${whose}`, {
    remedy: 'Give the service another name: it is its host name.',
  });
}

function portOf(where: string, service: PlannedService): number {
  if (service.port !== undefined) return service.port;
  throw new UserError(`${where}: needs a \`port\``, {
    remedy: 'Write the port that the image listens on, for example { image: …, port: 9200 }.',
  });
}

/**
 * A Deployment and a Service for each.
 * @param labels of their owner
 * @param selector labels that select their pods beside the name, where the namespace holds those of others
 */
export function serviceObjects(
  services: readonly EnvironmentService[],
  { namespace, labels, selector = {} }: ServiceOwner,
): KubeObject[] {
  return services.flatMap((service) => {
    const own = { ...labels, ...selector, [LABELS.component]: BACKING_SERVICE, [LABELS.part]: service.name };
    const metadata = { name: service.name, namespace, labels: own };
    const selected = { ...selector, [LABELS.part]: service.name };
    return [deployment(service, metadata, selected), clusterService(service, metadata, selected)];
  });
}

type Labels = Readonly<Record<string, string>>;

export interface ServiceOwner {
  namespace: string;
  labels: Labels;
  selector?: Labels;
}

interface Metadata {
  name: string;
  namespace: string;
  labels: Record<string, string>;
}

function clusterService({ port }: EnvironmentService, metadata: Metadata, selector: Labels): KubeObject {
  const ports = [{ name: 'service', port, targetPort: port, protocol: 'TCP' }];
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector, ports } };
}

function deployment(service: EnvironmentService, metadata: Metadata, selector: Labels): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: selector },
      // Never two pods at once: clients would reach either of them.
      strategy: { type: 'Recreate' },
      template: {
        metadata: { labels: metadata.labels },
        spec: { ...addedPod(service.runAs), containers: [container(service)] },
      },
    },
  };
}

function container(service: EnvironmentService): Record<string, unknown> {
  const check = service.health
    ? { exec: { command: service.health.map(verbatim) } }
    : { tcpSocket: { port: service.port } };
  const probe = { ...check, timeoutSeconds: 5 };
  return {
    name: 'service',
    image: service.image,
    // Replaces the CMD of the image, as `docker run image command` does.
    ...(service.command ? { args: service.command.map(verbatim) } : {}),
    env: Object.entries(service.env).map(([name, value]) => ({ name, value: verbatim(value) })),
    ports: [{ containerPort: service.port, protocol: 'TCP' }],
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 180 },
    readinessProbe: { ...probe, periodSeconds: 10, failureThreshold: 2 },
    resources: service.resources,
    securityContext: containerSecurity(service.runAs),
  };
}
