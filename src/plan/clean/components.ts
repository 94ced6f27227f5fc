import { subjectOfTag } from '../../objects/oci/referrers-index.ts';
import type { StoredManifest } from '../../ports.ts';

/** A repository as it was read. */
export interface RepositoryState {
  /** Tag → digest. */
  tags: ReadonlyMap<string, string>;
  /** By digest: all that the tags, the indexes and the subjects lead to, and all that the registry lists. */
  manifests: ReadonlyMap<string, StoredManifest>;
  /** Digest → when the registry took it, in milliseconds since the epoch; empty where the registry does not say. */
  storedAt: ReadonlyMap<string, number>;
}

/** Manifests that belong together: they stay or they are deleted together. */
export interface Component {
  manifests: readonly StoredManifest[];
  /** Every tag of them. */
  tags: readonly string[];
}

/**
 * Divides a repository into what belongs together, in both directions: an index and its manifests; a manifest and what refers to
 * it; the index of referrers under a tag, what it is about and what it lists. An image whose index is deleted could be collected
 * by the registry, and one whose evidence is deleted could not be promoted.
 */
export function componentsOf({ tags, manifests }: RepositoryState): Component[] {
  const groups = new Groups(manifests.keys());
  for (const { digest, manifests: children, subject } of manifests.values()) {
    for (const child of children) groups.join(digest, child.digest);
    if (subject !== undefined) groups.join(digest, subject);
  }
  for (const [tag, digest] of tags) {
    const subject = subjectOfTag(tag);
    if (subject !== undefined) groups.join(digest, subject);
  }
  const components = new Map<string, { manifests: StoredManifest[]; tags: string[] }>();
  for (const [digest, manifest] of manifests) {
    const of = groups.of(digest);
    const component = components.get(of) ?? { manifests: [], tags: [] };
    component.manifests.push(manifest);
    components.set(of, component);
  }
  for (const [tag, digest] of tags) components.get(groups.of(digest))?.tags.push(tag);
  return [...components.values()];
}

/** Union-find. */
class Groups {
  private readonly parents: Map<string, string>;

  constructor(members: Iterable<string>) {
    this.parents = new Map(Array.from(members, (member) => [member, member]));
  }

  of(member: string): string {
    let root = member;
    for (let next = this.parents.get(root); next !== undefined && next !== root; next = this.parents.get(root))
      root = next;
    // Shortens the way for the next question.
    for (let at = member; at !== root; ) {
      const next = this.parents.get(at) ?? root;
      this.parents.set(at, root);
      at = next;
    }
    return root;
  }

  /** Does nothing for a digest that the repository does not hold. */
  join(a: string, b: string): void {
    if (this.parents.has(a) && this.parents.has(b)) this.parents.set(this.of(a), this.of(b));
  }
}

/**
 * The order in which manifests are deleted: each before all that it points at. A run that ends in between leaves no index without
 * its manifests, and no evidence without its image.
 */
export function deletionOrder({ manifests }: Component): StoredManifest[] {
  const byDigest = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
  const order: StoredManifest[] = [];
  const seen = new Set<string>();
  const visit = (manifest: StoredManifest) => {
    if (seen.has(manifest.digest)) return;
    seen.add(manifest.digest);
    const targets = [...manifest.manifests.map(({ digest }) => digest), manifest.subject ?? ''];
    for (const target of targets) {
      const pointed = byDigest.get(target);
      if (pointed) visit(pointed);
    }
    order.push(manifest);
  };
  for (const manifest of manifests) visit(manifest);
  return order.reverse();
}
