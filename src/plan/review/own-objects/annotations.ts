import { podTemplateOf } from '../../../objects/pod-template.ts';
import type { KubeObject, ObjectMeta } from '../../../ports.ts';

/**
 * Annotations of tools that describe a release, and of metrics. Controllers act on others with rights of their own: they copy
 * Secrets of other namespaces, make names in DNS, attach networks or identities.
 */
const HARMLESS = [
  'app.kubernetes.io/',
  'argocd.argoproj.io/',
  'checksum/',
  'config.kubernetes.io/',
  'deployment.kubernetes.io/',
  'helm.sh/',
  'helm.toolkit.fluxcd.io/',
  'internal.config.kubernetes.io/',
  'kubectl.kubernetes.io/',
  'kubernetes.io/change-cause',
  'kubernetes.io/description',
  'kustomize.toolkit.fluxcd.io/',
  'meta.helm.sh/',
  'prometheus.io/',
  'slipway.dev/prune',
  'slipway.dev/zero-replicas',
];

/** An annotation without a prefix is private to its owner. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/ */
export function isHarmless(name: string): boolean {
  return (
    !name.includes('/') || HARMLESS.some((known) => (known.endsWith('/') ? name.startsWith(known) : name === known))
  );
}

/** An object without the annotations that controllers act on, and their names. Those of its pods as well. */
export function withoutActing(object: KubeObject): { object: KubeObject; left: string[] } {
  const copy = structuredClone(object);
  const metadata = [copy.metadata, podTemplateOf(copy)?.metadata].filter((one) => one !== undefined);
  return { object: copy, left: [...new Set(metadata.flatMap((one) => strip(one as ObjectMeta)))] };
}

function strip(metadata: Pick<ObjectMeta, 'annotations'>): string[] {
  const acting = Object.keys(metadata.annotations ?? {}).filter((name) => !isHarmless(name));
  for (const name of acting) delete metadata.annotations?.[name];
  return acting;
}
