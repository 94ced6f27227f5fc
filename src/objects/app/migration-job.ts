import type { KubeObject } from '../../ports.ts';
import { stringifyJson } from '../../text/json.ts';
import { commandLine } from '../command-line.ts';
import { objectLabels } from '../labels.ts';
import { fitName, shortHash } from '../names.ts';
import { nativeSidecars, refusePlainProxy } from '../native-sidecars.ts';
import { onceJob } from '../once-job.ts';
import { type Container, podTemplateOf, sameRepository } from '../pod-template.ts';
import type { Command } from './app-spec.ts';
import { commandArray } from './container.ts';

export interface MigrationRequest {
  app: string;
  /** By digest. */
  image: string;
  command: Command;
  labels: Readonly<Record<string, string>>;
}

/** Seconds for which the Job stays after it ended. */
const KEEP_SECONDS = 7 * 24 * 3600;

/**
 * A Job that runs the migration in the pod of a workload: same image, variables, Secrets, volumes, service account, and native
 * sidecars, which may be the way to the database; no probes, no ports, no other containers.
 */
export function migrationJobOf(workload: KubeObject, request: MigrationRequest): KubeObject {
  const template = podTemplateOf(workload);
  const own = template?.spec.containers.find((container) => sameRepository(container.image, request.image));
  if (template) refusePlainProxy(template.spec, request.image, `${workload.kind} ${workload.metadata.name}`);
  const sidecars = template ? nativeSidecars(template.spec) : [];
  const command = commandArray(request.command);
  const written = commandLine(request.command);
  const labels = objectLabels({ name: request.app, labels: request.labels }, 'migration');
  return onceJob({
    name: fitName(`${request.app}-migrate-${shortHash(stringifyJson([request.image, written]), 12)}`),
    namespace: workload.metadata.namespace,
    labels,
    keepSeconds: KEEP_SECONDS,
    pod: {
      ...podFields(template?.spec ?? {}),
      ...(sidecars.length > 0 ? { initContainers: sidecars } : {}),
      containers: [{ ...containerFields(own), name: 'migrate', image: request.image, command }],
    },
  });
}

function podFields(spec: Record<string, unknown>): Record<string, unknown> {
  const kept = [
    'automountServiceAccountToken',
    'dnsConfig',
    'dnsPolicy',
    'enableServiceLinks',
    'hostAliases',
    'imagePullSecrets',
    'nodeSelector',
    'priorityClassName',
    'runtimeClassName',
    'securityContext',
    'serviceAccountName',
    'tolerations',
    'volumes',
  ];
  return Object.fromEntries(kept.filter((key) => spec[key] !== undefined).map((key) => [key, spec[key]]));
}

function containerFields(container: Container | undefined): Record<string, unknown> {
  const kept = ['env', 'envFrom', 'imagePullPolicy', 'resources', 'securityContext', 'volumeMounts', 'workingDir'];
  if (container === undefined) return {};
  return Object.fromEntries(kept.filter((key) => container[key] !== undefined).map((key) => [key, container[key]]));
}
