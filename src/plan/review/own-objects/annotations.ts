import { type Fields, fields } from '../../../objects/fields.ts';
import type { KubeObject } from '../../../ports.ts';
import { metadataIn } from './metadata-in.ts';

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

/** An object without the annotations that controllers act on, and their names. Those of the templates in it as well. */
export function withoutActing(object: KubeObject): { object: KubeObject; left: string[] } {
  const copy = structuredClone(object);
  return { object: copy, left: [...new Set(metadataIn(copy).flatMap(strip))] };
}

function strip({ annotations }: Fields): string[] {
  const given = fields(annotations);
  const acting = Object.keys(given).filter((name) => !isHarmless(name));
  for (const name of acting) delete given[name];
  return acting;
}
