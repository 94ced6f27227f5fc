import { subjectOfTag } from '../../objects/oci/referrers-index.ts';
import { matchesGlob } from '../../text/glob.ts';
import { isTransientTag, pullRequestOfTag } from '../images/tags.ts';
import type { Component, RepositoryState } from './components.ts';
import type { Sightings } from './sightings.ts';

/** What needs images of a repository: digest or tag → what needs it, for people. */
export interface Roots {
  digests: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
}

/** The rules of slipway.yml. */
export interface Retention {
  /** Milliseconds: everything younger stays. */
  keepForMs: number;
  /** Patterns of tags that stay. */
  keepTags: readonly string[];
  /** Patterns of tags that do not protect an image. */
  expireTags: readonly string[];
}

/** The configuration of an image: who built it, and when. */
export interface BuiltImage {
  labels: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; undefined: it does not say. */
  createdAt: number | undefined;
}

/**
 * - `needed`, `foreign`, `young`: stays.
 * - `unneeded`: nothing needs it; it stays until it was seen so for a day.
 * - `due`: it is deleted.
 */
export type Fate = 'needed' | 'foreign' | 'young' | 'unneeded' | 'due';

export interface Judged {
  component: Component;
  fate: Fate;
  /** Why, for people. */
  because: string;
  /** When it was first seen that nothing needs it: milliseconds since the epoch. */
  seenAt: number | undefined;
}

/** What needs images at one moment. */
export interface Needs {
  roots: Roots;
  /** Numbers of the open pull requests. */
  open: ReadonlySet<number>;
}

export interface Judging extends Needs {
  state: RepositoryState;
  retention: Retention;
  sightings: Sightings;
  /** Digest of a manifest → its image; those of `candidates`. */
  built: ReadonlyMap<string, BuiltImage>;
  /** Whether the labels of an image say that this app of this repository built it. */
  isOurs(labels: Readonly<Record<string, string>>): boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

const DAY_MS = 24 * 3_600_000;
/** A daily schedule begins some minutes early or late. */
const APART_MS = DAY_MS - 3_600_000;
/** Builds that can be repeated often have no date, or one of the first days of the epoch. */
const NO_DATE_BEFORE = Date.UTC(2000, 0, 1);

/** What needs a component; undefined: nothing does. */
export function neededBy(
  { manifests, tags }: Component,
  { roots, open, retention }: Pick<Judging, 'roots' | 'open' | 'retention'>,
): string | undefined {
  for (const { digest } of manifests) {
    const why = roots.digests.get(digest);
    if (why !== undefined) return why;
  }
  for (const tag of tags) {
    const why = roots.tags.get(tag) ?? keptTag(tag, open, retention);
    if (why !== undefined) return why;
  }
  return undefined;
}

function keptTag(tag: string, open: ReadonlySet<number>, { keepTags, expireTags }: Retention): string | undefined {
  const matches = (patterns: readonly string[]) => patterns.some((pattern) => matchesGlob(pattern, tag));
  if (matches(keepTags)) return `the tag ${tag} stays`;
  const number = pullRequestOfTag(tag);
  if (number !== undefined) return open.has(number) ? `pull request #${number} is open` : undefined;
  // The tag of an index of referrers stays with what it is about.
  if (isTransientTag(tag) || subjectOfTag(tag) !== undefined || matches(expireTags)) return undefined;
  return `the tag ${tag} stays`;
}

/** Decides on a component that nothing needs, or that something does. */
export function judge(component: Component, judging: Judging): Judged {
  const stays = (fate: Fate, because: string, seenAt?: number): Judged => ({ component, fate, because, seenAt });
  const needed = neededBy(component, judging);
  if (needed !== undefined) return stays('needed', needed);
  const { now, retention, sightings } = judging;
  const images = component.manifests.flatMap(({ digest }) => judging.built.get(digest) ?? []);
  const foreign = images.length === 0 || !images.every(({ labels }) => judging.isOurs(labels));
  if (foreign) return stays('foreign', 'this app of this repository did not build it');
  const seenAt = firstSeen(component, sightings, now);
  const bornAt = newest(component, images, judging.state) ?? seenAt;
  if (now - bornAt < retention.keepForMs) return stays('young', `it is ${days(now - bornAt)} old`, seenAt);
  const old = `no release, environment or tag needs it, and it is ${days(now - bornAt)} old`;
  if (now - seenAt < APART_MS) return stays('unneeded', `${old}; it stays until this was so for a day`, seenAt);
  return stays('due', old, seenAt);
}

/** A member that is new makes the whole component new. */
function firstSeen({ manifests }: Component, sightings: Sightings, now: number): number {
  return Math.max(...manifests.map(({ digest }) => Math.min(sightings.get(digest) ?? now, now)));
}

/** When the youngest image of the component was built or stored; undefined: nothing says. */
function newest(
  { manifests }: Component,
  images: readonly BuiltImage[],
  { storedAt }: RepositoryState,
): number | undefined {
  const stored = manifests.map(({ digest }) => storedAt.get(digest));
  const times = [...stored, ...images.map(({ createdAt }) => createdAt)].filter((time) => time !== undefined);
  const known = times.filter((time) => time >= NO_DATE_BEFORE);
  return known.length === 0 ? undefined : Math.max(...known);
}

function days(ms: number): string {
  const count = Math.max(0, Math.floor(ms / DAY_MS));
  return count === 1 ? '1 day' : `${count} days`;
}
