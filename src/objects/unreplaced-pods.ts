import { UserError } from '../errors.ts';
import type { Rendered } from '../ports.ts';
import type { Images } from './images.ts';
import { podTemplateOf, runsImage } from './pod-template.ts';

/**
 * Refuses a ReplicaSet or ReplicationController that runs the image. Neither replaces its pods when the template changes:
 * the old pods would keep running after the next release.
 * @throws UserError with the file and line of the first one
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#when-to-use-a-replicaset
 */
export function refuseUnreplacedPods(rendered: readonly Rendered[], images: Images): void {
  const wanted = new Set(Object.values(images));
  for (const { object, location } of rendered) {
    if (object.kind !== 'ReplicaSet' && object.kind !== 'ReplicationController') continue;
    const template = podTemplateOf(object);
    if (!template || !runsImage(template, wanted)) continue;
    throw new UserError(
      `${location}: ${object.kind} ${object.metadata.name} runs an image of slipway.yml, and does not replace its pods when the image changes`,
      { remedy: 'Use kind: Deployment (apiVersion: apps/v1); the selector and the template stay as they are.' },
    );
  }
}
