import { fields, list, textOf } from '../../objects/fields.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { type LiveEnvironment, ofKind } from './facts.ts';

const DEFAULT_STORAGE = 'storageclass.kubernetes.io/is-default-class';
const DEFAULT_INGRESS = 'ingressclass.kubernetes.io/is-default-class';
const OLD_CLASS = 'kubernetes.io/ingress.class';

/** Objects that need a class which the cluster does not have. @param written of the environment */
export function classFindings(live: LiveEnvironment, written: readonly KubeObject[]): Finding[] {
  const { environment, shared, own } = live;
  const bound = new Set(
    ofKind(own, 'PersistentVolumeClaim')
      .filter(({ status }) => fields(status).phase === 'Bound')
      .map(({ metadata }) => metadata.name),
  );
  return written.flatMap((object) => [
    ...storageFindings(object, environment, shared, bound),
    ...ingressFindings(object, live),
  ]);
}

type Shared = LiveEnvironment['shared'];

function storageFindings(
  object: KubeObject,
  environment: string,
  shared: Shared,
  bound: ReadonlySet<string>,
): Finding[] {
  const classes = shared.get('StorageClass');
  const claims = claimsOf(object).filter(({ name }) => !bound.has(name));
  if (classes === undefined) return [];
  const where = { environment, object: `${object.kind} ${object.metadata.name}` };
  const names = classes.map(({ metadata }) => metadata.name).join(', ') || 'none';
  const hasDefault = classes.some(({ metadata }) => metadata.annotations?.[DEFAULT_STORAGE] === 'true');
  const volumes = shared.get('PersistentVolume') ?? [];
  return claims.flatMap(({ name, className, volumeName }) => {
    if (volumeName !== '' || className === null) return [];
    const exists = classes.some(({ metadata }) => metadata.name === className);
    if (className === undefined ? hasDefault : exists) return [];
    // A volume that somebody made by hand can have any class.
    const isMade = volumes.some(({ spec }) => textOf(fields(spec).storageClassName) === (className ?? ''));
    const what = className === undefined ? 'no StorageClass is the default' : `there is no StorageClass ${className}`;
    return [
      finding('no-class', {
        where,
        confidence: isMade || !shared.has('PersistentVolume') ? 'likely' : 'proven',
        seen: `claim ${name} asks for a volume, and ${what}; the cluster has ${names}`,
        remedy:
          'Name a StorageClass of the cluster, or make one the default (annotation storageclass.kubernetes.io/is-default-class).',
        key: name,
      }),
    ];
  });
}

interface Claim {
  name: string;
  /** undefined: the default; null: none, by an empty text. */
  className: string | null | undefined;
  volumeName: string;
}

function claimsOf(object: KubeObject): Claim[] {
  const own = object.kind === 'PersistentVolumeClaim' ? [object] : [];
  const made = object.kind === 'StatefulSet' ? list(fields(object.spec).volumeClaimTemplates) : [];
  return [
    ...own.map(({ metadata, spec }) => claim(metadata.name, spec)),
    ...made.map(({ metadata, spec }) => {
      // Claims of a StatefulSet have the number of the pod in their names.
      return claim(`${textOf(fields(metadata).name)}-${object.metadata.name}-0`, spec);
    }),
  ];
}

function claim(name: string, spec: unknown): Claim {
  const { storageClassName: given, volumeName } = fields(spec);
  return { name, className: given === undefined ? undefined : textOf(given) || null, volumeName: textOf(volumeName) };
}

/** Google Cloud serves its classes, and an Ingress without a class, without an IngressClass. */
const BUILT_IN = /^gce(-internal)?$/;

function ingressFindings(
  { kind, metadata, spec }: KubeObject,
  { environment, shared, version }: LiveEnvironment,
): Finding[] {
  const classes = shared.get('IngressClass');
  if (kind !== 'Ingress' || classes === undefined || metadata.annotations?.[OLD_CLASS] !== undefined) return [];
  const wanted = textOf(fields(spec).ingressClassName);
  const names = classes.map((one) => one.metadata.name);
  const defaults = classes.filter((one) => one.metadata.annotations?.[DEFAULT_INGRESS] === 'true');
  if (wanted === '' ? defaults.length === 1 : names.includes(wanted) || BUILT_IN.test(wanted)) return [];
  if (wanted === '' && defaults.length === 0 && /-gke\./.test(version)) return [];
  const what =
    wanted !== ''
      ? `there is no IngressClass ${wanted}`
      : defaults.length === 0
        ? 'it has no class, and no IngressClass is the default'
        : `it has no class, and ${defaults.length} IngressClasses are the default: the API server refuses it`;
  return [
    finding('no-class', {
      where: { environment, object: `Ingress ${metadata.name}` },
      // A controller may serve an Ingress without a class; a class that is named must be there.
      confidence: wanted === '' && defaults.length === 0 ? 'likely' : 'proven',
      seen: `${what}; the cluster has ${names.join(', ') || 'none'}`,
      remedy:
        names[0] === undefined
          ? 'Install an ingress controller, or use `ingress.kind: gateway`.'
          : `Write \`ingress.class: ${names[0]}\`.`,
    }),
  ];
}
