import { fields, list, textOf } from '../../objects/fields.ts';
import { tryReference } from '../../objects/image-reference.ts';
import { LABELS } from '../../objects/names.ts';
import { type Container, containersOf, podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';

/** What an environment can have and another one can lack. */
export type PartKind = 'object' | 'container' | 'variable' | 'variables' | 'mount' | 'probe' | 'annotation' | 'version';

/** One part of an object. */
export interface Part {
  kind: PartKind;
  /** As people name it, without the object: `variable CACHE_URL`. Equal parts of two environments have equal names. */
  name: string;
  /** The tag of an image, and the literal value of a variable. */
  value?: string | undefined;
  /** Kind and name of the object. */
  of: string;
}

/** Kinds whose objects have the same name in each environment. Secrets and ConfigMaps often carry a hash in it. */
const COMPARED: readonly string[] = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'CronJob', 'Service', 'PersistentVolumeClaim'],
  ...['Ingress', 'HTTPRoute', 'GRPCRoute', 'BackendConfig', 'HealthCheckPolicy', 'ManagedCertificate'],
  ...['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'NetworkPolicy', 'PodMonitoring', 'ServiceMonitor'],
];
/** Annotations of tools, which describe one object at one time. */
const OF_TOOLS =
  /^(slipway\.dev|(kubectl|deployment|autoscaling|deprecated|pv|volume|app)\.(beta\.)?kubernetes\.io|kubernetes\.io\/change-cause|meta\.helm\.sh|helm\.sh|cloud\.google\.com\/neg-status|ingress\.kubernetes\.io|checksum\/|cert-manager\.io\/(certificate|revision))/;

/** Whether an environment is compared by this object. */
export function isCompared({ kind }: KubeObject): boolean {
  return COMPARED.includes(kind);
}

/** Whether it belongs to a service of `environments.<name>.services`, in whose place another environment may have a managed one. */
export function isService({ metadata, spec }: KubeObject): boolean {
  const template = fields(fields(fields(spec).template).metadata);
  const labels = { ...fields(fields(spec).selector), ...fields(template.labels), ...metadata.labels };
  return labels[LABELS.part] !== undefined;
}

/** What the parts of an object are told apart by. */
export interface PartNames {
  /** Repositories of the app's images, whose versions are those of the release. */
  own: readonly string[];
  /** The name of a Secret or a ConfigMap without what is of its environment alone; default: as it is. */
  shared?: ((name: string) => string) | undefined;
}

export function partsOf(object: KubeObject, names: PartNames): Part[] {
  const of = `${object.kind} ${object.metadata.name}`;
  const template = podTemplateOf(object);
  const annotations = { ...template?.metadata?.annotations, ...object.metadata.annotations };
  return [
    ...Object.keys(annotations)
      .filter((key) => !OF_TOOLS.test(key))
      .map((key): Part => ({ kind: 'annotation', name: `annotation ${key}`, of })),
    ...(template ? containersOf(template) : []).flatMap((container) => partsOfContainer(container, names, of)),
  ];
}

function partsOfContainer(container: Container, { own, shared = (whole) => whole }: PartNames, of: string): Part[] {
  const texts = (kind: PartKind, names: readonly string[]) =>
    names.filter((name) => name !== '').map((name): Part => ({ kind, name: `${kind} ${name}`, of }));
  const probes = ['startup', 'readiness', 'liveness'].filter((kind) => container[`${kind}Probe`] !== undefined);
  return [
    { kind: 'container', name: `container ${container.name}`, of },
    ...list(container.env).map(
      ({ name, value }): Part => ({ kind: 'variable', name: `variable ${textOf(name)}`, value: textOf(value), of }),
    ),
    ...texts(
      'variables',
      list(container.envFrom).map((source) => sourceOf(source, shared)),
    ),
    ...texts(
      'mount',
      list(container.volumeMounts).map(({ mountPath }) => textOf(mountPath)),
    ),
    ...probes.map((kind): Part => ({ kind: 'probe', name: `${kind} probe of container ${container.name}`, of })),
    ...versionOf(container, own, of),
  ];
}

function sourceOf({ secretRef, configMapRef }: Record<string, unknown>, shared: (name: string) => string): string {
  const secret = shared(textOf(fields(secretRef).name));
  const map = shared(textOf(fields(configMapRef).name));
  return secret !== '' ? `of Secret ${secret}` : map !== '' ? `of ConfigMap ${map}` : '';
}

/** The version of a foreign image; one by digest alone has none to show. */
function versionOf({ name, image = '' }: Container, own: readonly string[], of: string): Part[] {
  const reference = tryReference(image);
  if (reference === undefined || own.includes(reference.repository)) return [];
  const value = reference.tag ?? reference.digest?.slice(0, 19);
  return [{ kind: 'version', name: `image ${reference.repository} of container ${name}`, value, of }];
}
