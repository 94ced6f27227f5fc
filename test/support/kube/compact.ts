import type { KubeObject } from '../../../src/ports.ts';

type Fields = Record<string, unknown>;

/** An object without what no readiness function reads, so that recordings stay small. */
export function compact(object: KubeObject): KubeObject {
  const { name, namespace, uid, generation, labels, ownerReferences, deletionTimestamp } = object.metadata;
  const annotations = pick(
    (object.metadata.annotations ?? {}) as Fields,
    'deployment.kubernetes.io/revision',
    'deprecated.daemonset.template.generation',
  );
  const metadata = { name, namespace, uid, generation, labels, annotations, ownerReferences, deletionTimestamp };
  const base = { apiVersion: object.apiVersion, kind: object.kind, metadata } as KubeObject;
  if (object.kind === 'Event') {
    return {
      ...base,
      ...pick(object, 'reason', 'message', 'lastTimestamp', 'eventTime', 'series', 'type'),
      involvedObject: pick(object.involvedObject as Fields, 'kind', 'name', 'uid', 'fieldPath'),
    };
  }
  return { ...base, spec: compactSpec(object), status: object.status };
}

function compactSpec(object: KubeObject): Fields {
  const spec = (object.spec ?? {}) as Fields;
  if (object.kind !== 'Pod')
    return pick(spec, 'replicas', 'paused', 'suspend', 'completions', 'updateStrategy', 'type');
  const containers = (list: unknown) =>
    ((list as Fields[] | undefined) ?? []).map((one) =>
      pick(one, 'name', 'image', 'ports', 'startupProbe', 'readinessProbe', 'livenessProbe'),
    );
  return {
    ...pick(spec, 'nodeName', 'restartPolicy'),
    containers: containers(spec.containers),
    ...(spec.initContainers ? { initContainers: containers(spec.initContainers) } : {}),
  };
}

function pick(from: Fields, ...keys: string[]): Fields {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
}
