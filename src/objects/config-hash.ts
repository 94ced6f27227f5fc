import { createHmac } from 'node:crypto';
import type { KubeObject } from '../ports.ts';
import { stringifyJson } from '../text/json.ts';
import { type ConfigRef, configName, configRefsOf, mergedRefs } from './config-refs.ts';
import { ANNOTATIONS } from './names.ts';
import { type PodTemplate, podTemplateOf } from './pod-template.ts';

const ROLLED = new Set(['DaemonSet', 'Deployment', 'StatefulSet']);

/** What the pods of these objects read, of objects whose pods a rollout replaces. */
export function configRefsOfAll(objects: readonly KubeObject[]): ConfigRef[] {
  const templates = objects.map(rolledTemplateOf).filter((template) => template !== undefined);
  return mergedRefs(templates.flatMap(configRefsOf));
}

/**
 * The same objects; the pods of those that read ConfigMaps or Secrets are annotated with a hash of what they read, so that a
 * change of it rolls them.
 * @param salt keeps the hash from telling anything: whoever may see pods could try all values of a short password
 * @param find the ConfigMap or Secret as it will be; undefined where there is none
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

/** A salted hash of what is read of one ConfigMap or Secret. */
export function configDigest(ref: ConfigRef, object: KubeObject | undefined, salt: string): string {
  return digest(contentOf(ref, object), salt);
}

function rolledTemplateOf(object: KubeObject): PodTemplate | undefined {
  return ROLLED.has(object.kind) ? podTemplateOf(object) : undefined;
}

function digest(content: unknown, salt: string): string {
  return createHmac('sha256', salt).update(stringifyJson(content)).digest('hex').slice(0, 32);
}

/** Keys and values in base64, sorted: the same for an object of the manifests and for what the server made of it. */
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
