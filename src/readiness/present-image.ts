import { tryReference } from '../objects/image-reference.ts';
import { digestOf, type PodTemplate } from '../objects/pod-template.ts';
import { type ContainerStatus, type PodView, statusesOf } from './pod-view.ts';
import { writtenAt } from './written-at.ts';

/**
 * The first container of a pod that still runs another image than its spec names; undefined when there is none. An update
 * of a pod replaces the image in place: until the kubelet has restarted the container, the status describes the old one.
 */
export function outdatedContainer(pod: PodView): ContainerStatus | undefined {
  const since = writtenAt(pod);
  return statusesOf(pod).find((status) => {
    const image = pod.spec.containers.find((one) => one.name === status.name)?.image;
    return image !== undefined && namesAnother(image, status) && startedAt(status) < since;
  });
}

/** The node names each image in its own way: only a digest or a name that contradicts the spec proves anything. */
function namesAnother(image: string, { image: running = '', imageID = '' }: ContainerStatus): boolean {
  const digest = digestOf(image);
  if (digest !== undefined) return imageID !== '' && !imageID.includes(digest);
  const [wanted, found] = [tryReference(image), tryReference(running)];
  if (!wanted || !found || /^sha256:/.test(running)) return false;
  return wanted.repository !== found.repository || (wanted.tag ?? 'latest') !== (found.tag ?? 'latest');
}

function startedAt({ state }: ContainerStatus): number {
  return Date.parse((state?.running ?? state?.terminated)?.startedAt ?? '') || 0;
}

/** True when a pod has another image, by digest, than the template of its controller: it is of an earlier version. */
export function isOfEarlierVersion(pod: PodView, template: PodTemplate | undefined): boolean {
  return (template?.spec.containers ?? []).some(({ name, image = '' }) => {
    const wanted = digestOf(image);
    const own = pod.spec.containers.find((one) => one.name === name)?.image;
    return wanted !== undefined && own !== undefined && digestOf(own) !== wanted;
  });
}
