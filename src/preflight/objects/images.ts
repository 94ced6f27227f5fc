import { fields, textOf } from '../../objects/fields.ts';
import { parseReference, tryReference } from '../../objects/image-reference.ts';
import { containersOf, podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { movingTag, pinned, retiredImage } from '../image-tags.ts';
import { at, type Observed } from './observed.ts';

/** Images of the containers besides those of the app. */
export function imageFindings(object: KubeObject, all: Observed): Finding[] {
  const template = podTemplateOf(object);
  if (template === undefined) return [];
  const own = (all.own ?? []).map((repository) => parseReference(repository).repository);
  return containersOf(template).flatMap((container) => {
    const image = textOf(container.image);
    const reference = tryReference(image);
    if (reference === undefined || own.includes(reference.repository)) return [];
    return [...moving(object, container.name, image, all), ...retired(object, image, all)];
  });
}

function moving(object: KubeObject, container: string, image: string, all: Observed): Finding[] {
  const tag = movingTag(image);
  if (tag === undefined) return [];
  return [
    finding('moving-tag', {
      where: at(object, all, `image: ${image}`),
      confidence: 'proven',
      seen: `container ${container} runs ${image}, and the tag ${tag} moves`,
      remedy: `Pin it: \`docker buildx imagetools inspect ${image}\` prints the digest for ${pinned(image)}.`,
      key: container,
    }),
  ];
}

function retired(object: KubeObject, image: string, all: Observed): Finding[] {
  const known = retiredImage(image);
  if (known === undefined) return [];
  const { seen, remedy } = known;
  const where = at(object, all, `image: ${image}`);
  return [finding('retired-image', { where, confidence: 'likely', seen: `${image}: ${seen}`, remedy, key: image })];
}

/** The user that the settings of a pod and a container come to; undefined: that of the image. */
export function userOf(spec: unknown, container: unknown): { user: unknown; nonRoot: boolean } {
  const own = { ...fields(fields(spec).securityContext), ...fields(fields(container).securityContext) };
  return { user: own.runAsUser, nonRoot: own.runAsNonRoot === true };
}
