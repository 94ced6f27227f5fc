import type { Engine } from '../../config/engines.ts';
import type { ReviewConfig } from '../../config/schema.ts';
import { UserError } from '../../errors.ts';
import { LABELS } from '../../objects/names.ts';
import { verbatim } from '../../objects/verbatim.ts';
import type { KubeObject } from '../../ports.ts';
import { isDatabase } from '../engines/engines.ts';
import { type PlannedService, planService } from '../services/service.ts';
import { DATABASE } from './database/database.ts';
import { type Owner, ownerLabels, PART_LABEL } from './environment/owner.ts';
import type { PodSecurity } from './environment/security.ts';
import { addedPod, containerSecurity, type RunAs } from './environment/security.ts';

/** A service of the environment. Its name is its host name; its data lives as long as its pod. */
export interface EnvironmentService extends PlannedService {
  port: number;
  runAs: RunAs;
}

/** User ids of the official images. */
const UIDS: Partial<Record<Engine, number>> = { redis: 999, memcached: 11211 };

/**
 * Plans the services of `review.services`.
 * @throws UserError for a database engine (use review.database), a service without a port, a name that is in use
 */
export function planServices(
  configured: ReviewConfig['services'],
  app: string,
  podSecurity: PodSecurity,
): EnvironmentService[] {
  return Object.entries(configured ?? {}).map(([name, config]) => {
    const where = `review.services.${name}`;
    const given = typeof config === 'string' ? { engine: config } : config;
    if (given.name !== undefined && given.name !== name) {
      throw new UserError(`${where}.name: the key is the host name of a service here`, {
        remedy: `Write the key "${given.name}" in place of "${name}", and leave out \`name\`.`,
      });
    }
    const service = planService(config, { user: '', password: '', database: '' }, where, name);
    refuseUnfit(where, service, app);
    return { ...service, port: portOf(where, service), runAs: runAsOf(given, podSecurity) };
  });
}

function runAsOf(given: { engine?: Engine; image?: string }, podSecurity: PodSecurity): RunAs {
  const official = given.engine === undefined ? undefined : UIDS[given.engine];
  if (podSecurity === 'restricted') return official ?? 'not-root';
  return given.image === undefined && official !== undefined ? official : 'as-built';
}

function refuseUnfit(where: string, service: PlannedService, app: string): void {
  const { engine, name } = service;
  if (engine !== undefined && isDatabase(engine)) {
    throw new UserError(`${where}: ${engine} is the engine of a database, which keeps its data over redeploys`, {
      remedy: `Write it as \`review.database: { engine: ${engine} }\`. A second one: give image, port and env here, without engine.`,
    });
  }
  if (name === app || name === DATABASE) {
    throw new UserError(`${where}: the name "${name}" belongs to the ${name === app ? 'app' : 'database'}`, {
      remedy: 'Give the service another name: it is its host name.',
    });
  }
}

function portOf(where: string, service: PlannedService): number {
  if (service.port !== undefined) return service.port;
  throw new UserError(`${where}: needs a \`port\``, {
    remedy: 'Write the port that the image listens on, for example { image: …, port: 9200 }.',
  });
}

/** A Deployment and a Service for each. */
export function serviceObjects(services: readonly EnvironmentService[], owner: Owner, namespace: string): KubeObject[] {
  return services.flatMap((service) => [
    deployment(service, owner, namespace),
    clusterService(service, owner, namespace),
  ]);
}

function labelsOf(owner: Owner, service: EnvironmentService): Record<string, string> {
  return { ...ownerLabels(owner), [LABELS.component]: 'service', [PART_LABEL]: service.name };
}

function clusterService(service: EnvironmentService, owner: Owner, namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service.name, namespace, labels: labelsOf(owner, service) },
    spec: {
      selector: { [PART_LABEL]: service.name },
      ports: [{ name: 'service', port: service.port, targetPort: service.port, protocol: 'TCP' }],
    },
  };
}

function deployment(service: EnvironmentService, owner: Owner, namespace: string): KubeObject {
  const labels = labelsOf(owner, service);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: service.name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { [PART_LABEL]: service.name } },
      // Never two pods at once: clients would reach either of them.
      strategy: { type: 'Recreate' },
      template: {
        metadata: { labels },
        spec: {
          ...addedPod(service.runAs),
          containers: [container(service)],
        },
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
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '512Mi' } },
    securityContext: containerSecurity(service.runAs),
  };
}
