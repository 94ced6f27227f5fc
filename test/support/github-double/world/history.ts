import type { Commit } from './types.ts';

export interface Comparison {
  status: 'ahead' | 'behind' | 'identical' | 'diverged';
  ahead: Commit[];
  behindBy: number;
  base: Commit;
  mergeBase: Commit;
}

/** The commits that the double knows, with their branches and tags. */
export class History {
  readonly branches = new Map<string, string>();
  readonly tags = new Map<string, string>();
  private readonly commits = new Map<string, Commit>();

  add(commit: Commit): void {
    this.commits.set(commit.sha, commit);
  }

  /** The commit of a branch, a tag or a full or short id. */
  resolve(ref: string): Commit | undefined {
    const name = ref.replace(/^refs\/(heads|tags)\//, '');
    const sha = this.branches.get(name) ?? this.tags.get(name) ?? name;
    return this.commits.get(sha) ?? [...this.commits.values()].find((c) => sha.length >= 7 && c.sha.startsWith(sha));
  }

  /** undefined when one of the two is not known, or when they have no commit in common. */
  compare(baseRef: string, headRef: string): Comparison | undefined {
    const base = this.resolve(baseRef);
    const head = this.resolve(headRef);
    if (!base || !head) return undefined;
    const ofBase = this.ancestors(base);
    const ofHead = this.ancestors(head);
    const mergeBase = ofHead.find((commit) => ofBase.includes(commit));
    if (!mergeBase) return undefined;
    const ahead = ofHead.filter((commit) => !ofBase.includes(commit)).reverse();
    const behindBy = ofBase.filter((commit) => !ofHead.includes(commit)).length;
    const status = ahead.length > 0 ? (behindBy > 0 ? 'diverged' : 'ahead') : behindBy > 0 ? 'behind' : 'identical';
    return { status, ahead, behindBy, base, mergeBase };
  }

  /** The commit itself and all that it descends from, breadth first. */
  private ancestors(commit: Commit): Commit[] {
    const found = new Set([commit]);
    for (const one of found) {
      for (const parent of one.parents) {
        const known = this.commits.get(parent);
        if (known) found.add(known);
      }
    }
    return [...found];
  }
}
