import { fields, textOf } from '../../objects/fields.ts';
import { parseReference, tryReference } from '../../objects/image-reference.ts';
import { containersOf, podTemplateOf } from '../../objects/pod-template.ts';
import type { KubeObject } from '../../ports.ts';
import { type Finding, finding } from '../finding.ts';
import { at, type Observed } from './observed.ts';

/** Tags that publishers move with each release. */
const MOVING = /^(latest|stable|edge|nightly|main|master|develop|dev|lts|alpine|slim|mainline|current|canary|head)$/i;

/** Whether everybody who pulls it can get another image; undefined tag: `latest` is meant. */
export function movingTag(image: string): string | undefined {
  const reference = tryReference(image);
  if (reference === undefined || reference.digest !== undefined) return undefined;
  const tag = reference.tag ?? 'latest';
  return MOVING.test(tag) ? tag : undefined;
}

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

/** The form to paste. */
export function pinned(image: string, digest = 'sha256:…'): string {
  return `${image}@${digest}`;
}

/** Repositories that get no images any more: what a name begins with → what happened, and what to do. */
const RETIRED: readonly { begins: RegExp; seen: string; remedy: string }[] = [
  {
    begins: /^k8s\.gcr\.io\//,
    seen: 'the registry k8s.gcr.io is frozen since April 2023',
    remedy: 'Write registry.k8s.io in its place.',
  },
  {
    begins: /^docker\.io\/bitnami\//,
    seen: 'Bitnami removed the versioned tags of docker.io/bitnami in September 2025',
    remedy: 'Use the image of the project itself, or docker.io/bitnamilegacy for the time of the move.',
  },
  {
    begins: /^docker\.io\/library\/(openjdk|java|centos)$/,
    seen: 'the repository is deprecated and gets no fixes',
    remedy: 'Use a maintained base, such as eclipse-temurin for Java.',
  },
];

/** Why an image of this reference gets no fixes; undefined for any other. */
export function retiredImage(image: string): { seen: string; remedy: string } | undefined {
  const repository = tryReference(image)?.repository ?? '';
  return RETIRED.find(({ begins }) => begins.test(repository));
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
