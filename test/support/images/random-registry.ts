import { createHash } from 'node:crypto';

/** One manifest of a made-up repository. References are indexes into the list, to earlier manifests only. */
export interface MadeManifest {
  kind: 'image' | 'index' | 'referrer' | 'referrers-tag';
  /** Of an index, and of the index of referrers under a tag. */
  children: number[];
  /** Of a referrer, and what an index of referrers under a tag is about. */
  subject: number | undefined;
  /** Of an image: this repository built it. */
  ours: boolean;
  /** Of an image. */
  builtAt: number;
  tags: string[];
}

/** A made-up repository, and what needs its images. */
export interface MadeRegistry {
  manifests: MadeManifest[];
  /** Manifests that a recorded release has. */
  released: number[];
  /** A tag that a pod runs; undefined: none. */
  running: string | undefined;
  /** Open pull requests. */
  open: number[];
}

export const NOW = Date.UTC(2026, 5, 1);
export const DAY_MS = 24 * 3_600_000;
export const KEEP_FOR_DAYS = 30;

/** A generator of numbers in [0, 1) from a seed. */
function numbersFrom(seed: number): () => number {
  let count = 0;
  return () => createHash('sha256').update(`${seed}/${count++}`).digest().readUInt32LE(0) / 2 ** 32;
}

/**
 * Images of one and of several platforms, shared platforms, nested indexes, evidence of evidence, and tags of every kind.
 * @param most images of one platform
 */
export function madeRegistry(seed: number, referrersByTag: boolean, most = 7): MadeRegistry {
  const random = numbersFrom(seed);
  const below = (most: number) => Math.floor(random() * most);
  const chance = (part: number) => random() < part;
  const manifests: MadeManifest[] = [];
  const add = (kind: MadeManifest['kind'], more: Partial<MadeManifest>): number => {
    const age = chance(0.8) ? KEEP_FOR_DAYS + 70 : KEEP_FOR_DAYS - 10;
    const builtAt = NOW - age * DAY_MS;
    manifests.push({ kind, children: [], subject: undefined, ours: true, builtAt, tags: [], ...more });
    return manifests.length - 1;
  };
  const images = Array.from({ length: 1 + below(most) }, () => add('image', { ours: chance(0.9) }));
  const some = (from: number[], most: number) => [
    ...new Set(Array.from({ length: 1 + below(most) }, () => from[below(from.length)] ?? 0)),
  ];
  const indexes = Array.from({ length: below(4) }, () => add('index', { children: some(images, 3) }));
  if (indexes.length > 0 && chance(0.3)) indexes.push(add('index', { children: some(indexes, 2) }));
  const subjects = [...images, ...indexes];
  for (let left = below(6); left > 0; left--) {
    const referrer = add('referrer', { subject: subjects[below(subjects.length)] ?? 0 });
    if (chance(0.3)) subjects.push(referrer);
  }
  for (const target of [...images, ...indexes]) {
    const tags = manifests[target]?.tags;
    if (chance(0.5)) tags?.push(`sha-${(target + 1).toString(16).padStart(12, '0')}`);
    if (chance(0.2)) tags?.push(`pr-${target + 1}`);
    if (chance(0.2)) tags?.push(`src-pr-${target}`);
    if (chance(0.1)) tags?.push(['main', '1.4.2', 'latest'][below(3)] + (chance(0.5) ? `-${target}` : `.${target}`));
  }
  if (referrersByTag) for (const subject of subjects) addReferrersTag(manifests, subject, add);
  const tagged = manifests.flatMap(({ kind, tags }) => (kind === 'referrers-tag' ? [] : tags));
  return {
    manifests,
    released: subjects.filter(() => chance(0.15)),
    running: chance(0.3) ? tagged[below(Math.max(1, tagged.length))] : undefined,
    open: images.map((image) => image + 1).filter(() => chance(0.3)),
  };
}

function addReferrersTag(
  manifests: readonly MadeManifest[],
  subject: number,
  add: (kind: 'referrers-tag', more: Partial<MadeManifest>) => number,
): void {
  const children = manifests.flatMap((one, index) =>
    one.kind === 'referrer' && one.subject === subject ? [index] : [],
  );
  if (children.length > 0) add('referrers-tag', { children, subject });
}

/** How a registry is looked at. */
export interface Looks {
  /** It has the referrers API. */
  api: boolean;
  /** It lists manifests without a tag. */
  listsUntagged: boolean;
}

/**
 * What must stay, and what must go in the end; found by following links until nothing is added. What the lists of the registry and
 * the releases do not lead to, no cleaner can find: it stays.
 */
export function expectedOf(
  made: MadeRegistry,
  { api, listsUntagged }: Looks,
): { stays: Set<number>; goes: Set<number> } {
  const { manifests } = made;
  const all = manifests.flatMap(({ children, subject }, index) =>
    [...children, ...(subject === undefined ? [] : [subject])].map((target): [number, number] => [index, target]),
  );
  const grown = (start: Iterable<number>, grow: (reached: Set<number>) => void): Set<number> => {
    const reached = new Set(start);
    for (let before = -1; before !== reached.size; ) {
      before = reached.size;
      grow(reached);
    }
    return reached;
  };
  const listed = manifests.flatMap(({ kind, tags }, index) =>
    listsUntagged || tags.length > 0 || kind === 'referrers-tag' ? [index] : [],
  );
  const visible = grown([...listed, ...made.released], (reached) => {
    for (const [from, to] of all) {
      if (reached.has(from)) reached.add(to);
      if (api && manifests[from]?.kind === 'referrer' && reached.has(to)) reached.add(from);
    }
  });
  const links = all.filter(([from]) => visible.has(from));
  const closure = (start: Iterable<number>) =>
    grown(start, (reached) => {
      for (const [a, b] of links) if (reached.has(a) !== reached.has(b)) reached.add(a).add(b);
    });
  const open = (tag: string) => made.open.some((number) => tag === `pr-${number}`);
  const keeps = (tag: string) => tag === made.running || open(tag) || !/^(sha|pr|src)-/.test(tag);
  const needed = closure([
    ...made.released,
    ...manifests.flatMap(({ tags }, index) => (tags.some(keeps) ? [index] : [])),
  ]);
  const goes = new Set<number>();
  for (const index of manifests.keys()) {
    const together = closure([index]);
    const images = [...together].map((one) => manifests[one]).filter((one) => one?.kind === 'image');
    const deletable = images.every((one) => one?.ours && NOW - one.builtAt >= KEEP_FOR_DAYS * DAY_MS);
    if (visible.has(index) && !needed.has(index) && images.length > 0 && deletable) goes.add(index);
  }
  return { stays: new Set([...manifests.keys()].filter((index) => !goes.has(index))), goes };
}
