import { tryReference } from '../objects/image-reference.ts';

/** Tags that publishers move with each release; `lts-alpine` and `stable-bookworm-slim` as well. */
const MOVING =
  /^(latest|stable|edge|nightly|main|master|develop|dev|lts|alpine|slim|mainline|current|canary|head|nonroot|debug)(-(latest|stable|dev|lts|alpine|slim|debug|nonroot|perl|otel|buster|bullseye|bookworm|trixie|jammy|noble|focal|j[dr][ke]\d{1,2})){0,4}$/i;

/** Whether everybody who pulls it can get another image; undefined tag: `latest` is meant. */
export function movingTag(image: string): string | undefined {
  const reference = tryReference(image);
  if (reference === undefined || reference.digest !== undefined) return undefined;
  const tag = reference.tag ?? 'latest';
  return MOVING.test(tag) ? tag : undefined;
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
