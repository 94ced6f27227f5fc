import { createHmac } from 'node:crypto';
import type { KubeObject } from '../ports.ts';
import { stringifyJson } from '../text/json.ts';
import { type ConfigRef, configName, configRefsOf, mergedRefs } from './config-refs.ts';
import { ANNOTATIONS } from './names.ts';
import { type PodTemplate, podTemplateOf } from './pod-template.ts';

const ROLLED = new Set(['DaemonSet', 'Deployment', 'StatefulSet']);

/** The ConfigMaps and Secrets that the pods of these objects read, for the objects whose pods a rollout replaces. */
export function configRefsOfAll(objects: readonly KubeObject[]): ConfigRef[] {
  const templates = objects.map(rolledTemplateOf).filter((template) => template !== undefined);
  return mergedRefs(templates.flatMap(configRefsOf));
}

/**
 * The same objects, with an annotation on pods that read ConfigMaps or Secrets: a hash of what they read. A change of the
 * content thus replaces the pods.
 * @param salt without it, a user who may read pods could find a short password by trying all values
 * @param find the ConfigMap or Secret after the rollout; undefined if it does not exist
 */
export function withConfigHash(
  objects: readonly KubeObject[],
  salt: string,
  find: (ref: ConfigRef) => KubeObject | undefined,
): KubeObject[] {
  return objects.map((object) => {
    const template = rolledTemplateOf(object);
    const refs = template ? configRefsOf(template) : [];
    if (!template || refs.length === 0) return object;
    const hash = digest(
      refs.map((ref) => [configName(ref), contentOf(ref, find(ref))]),
      salt,
    );
    const annotations = { ...template.metadata?.annotations, [ANNOTATIONS.configHash]: hash };
    const annotated = { ...template, metadata: { ...template.metadata, annotations } };
    return { ...object, spec: { ...(object.spec as object), template: annotated } };
  });
}

/** A salted hash of the keys that pods read of one ConfigMap or Secret. */
export function configDigest(ref: ConfigRef, object: KubeObject | undefined, salt: string): string {
  return digest(contentOf(ref, object), salt);
}

function rolledTemplateOf(object: KubeObject): PodTemplate | undefined {
  return ROLLED.has(object.kind) ? podTemplateOf(object) : undefined;
}

function digest(content: unknown, salt: string): string {
  return createHmac('sha256', salt).update(stringifyJson(content)).digest('hex').slice(0, 32);
}

/** Keys and values in base64, sorted: equal for an object of the manifests and for the same object of the server. */
function contentOf({ keys }: ConfigRef, object: KubeObject | undefined): [key: string, value: string | null][] | null {
  if (object === undefined) return null;
  const values = valuesOf(object);
  return (keys ?? [...values.keys()].sort()).map((key) => [key, values.get(key) ?? null]);
}

function valuesOf(object: KubeObject): Map<string, string> {
  const field = (name: string) => Object.entries((object[name] ?? {}) as Record<string, unknown>);
  const text = (value: unknown) => Buffer.from(String(value ?? '')).toString('base64');
  const encoded = (value: unknown) => Buffer.from(String(value ?? ''), 'base64').toString('base64');
  const isSecret = object.kind === 'Secret';
  return new Map([
    ...field('data').map(([key, value]): [string, string] => [key, isSecret ? encoded(value) : text(value)]),
    ...field('binaryData').map(([key, value]): [string, string] => [key, encoded(value)]),
    ...field('stringData').map(([key, value]): [string, string] => [key, text(value)]),
  ]);
}
