import { FIELD_MANAGER } from '../../objects/names.ts';
import { containersOf, digestOf, type PodTemplate, podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { formatPath } from './field-path.ts';
import { authorOf, managersOf } from './managers.ts';
import type { FieldDrift } from './report.ts';
import { shownPair } from './shown.ts';

/**
 * Containers of a pod whose image differs from that of the workload: the image of a running pod can be changed, and its
 * controller keeps the pod.
 * @param templates the live and the recorded template: during a rollout there are pods of both
 */
export function changedImages(pod: KubeObject, templates: readonly PodTemplate[]): FieldDrift[] {
  const own = podTemplateOf(pod);
  if (!own || pod.metadata.deletionTimestamp !== undefined || hasEnded(pod)) return [];
  return containersOf(own).flatMap(({ name, image }) => {
    const wanted = templates.flatMap(
      (template) => containersOf(template).find((one) => one.name === name)?.image ?? [],
    );
    const [first] = wanted;
    if (image === undefined || first === undefined || wanted.some((one) => sameImage(one, image))) return [];
    const list = own.spec.initContainers?.some((one) => one.name === name) ? 'f:initContainers' : 'f:containers';
    const path = ['f:spec', list, `k:${JSON.stringify({ name })}`, 'f:image'];
    const author = authorOf(managersOf(pod), path, FIELD_MANAGER);
    const values = shownPair('Pod', path, first, image);
    return [
      {
        field: formatPath(path),
        change: 'changed' as const,
        ...values,
        by: author?.manager ?? null,
        at: author?.at ?? null,
      },
    ];
  });
}

/** Pods that were evicted, or whose node was shut down, remain for a long time, also those of earlier releases. */
function hasEnded({ status }: KubeObject): boolean {
  return ['Failed', 'Succeeded'].includes((status as { phase?: string } | undefined)?.phase ?? '');
}

/** By digest, if both have one: a webhook may let pods pull the same image from a mirror. */
function sameImage(a: string, b: string): boolean {
  const digest = digestOf(a);
  return a === b || (digest !== undefined && digest === digestOf(b));
}
