import type { Outcome } from '../outcome.ts';
import type { KubeObject } from '../ports.ts';
import { stringifyJson } from '../text/json.ts';
import { shortHash } from './names.ts';

/** What was rolled out: kept in the cluster, in a Secret of the namespace, because objects may hold secrets. */
export interface Release {
  app: string;
  environment: string;
  /** Counts from 1. */
  revision: number;
  /** repository@sha256:… */
  image: string;
  /** Full id. */
  commit: string;
  actor: string;
  run: { id: string; attempt: number; url: string };
  /** `pending` while it is under way, and for ever if its run was killed. */
  outcome: Outcome | 'pending';
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string | undefined;
  /** What the plan says, before the cluster's own view of it. */
  objects: KubeObject[];
  /** Hash of `objects`. */
  hash: string;
  /** Hash of the migration that its image needs; undefined when it has none. */
  migration: string | undefined;
  /** Hash of the Jobs and Pods that run as hooks before its workloads; undefined where there are none. */
  hooks?: string;
  /** The release before also works on the schema of this one. */
  reversible: boolean;
  /** Workloads of which some pods stay on the revision before, with a partition; absent where there are none. */
  partial?: string[];
  /** Absent in records of versions that did not keep it. */
  config?: ConfigRecord;
}

/** What pods read beside what the release brings, as it was then. */
export interface ConfigRecord {
  /** Of all hashes of configuration of this app and environment. */
  salt: string;
  /** Salted hash of each, by its name (`Secret parking-database`). */
  live: Record<string, string>;
}

const KEPT = 10;

/** The name by which people call a release: parking-7. */
export function releaseId(release: Pick<Release, 'app' | 'revision'>): string {
  return `${release.app}-${release.revision}`;
}

/** Hash of objects that does not depend on the order of their keys. */
export function hashOf(objects: readonly KubeObject[]): string {
  return shortHash(stringifyJson(objects, sortedKeys), 32);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The newest release that was seen to work: what runs now, unless somebody changed it by hand. */
export function lastGood(releases: readonly Release[]): Release | undefined {
  return releases.filter((release) => release.outcome === 'succeeded').sort(newestFirst)[0];
}

/** Nothing was begun or ended between two readings. */
export function sameHistory(before: readonly Release[], after: readonly Release[]): boolean {
  const text = (all: readonly Release[]) =>
    stringifyJson(all.map(({ revision, outcome, commit, run }) => [revision, outcome, commit, run]).sort());
  return text(before) === text(after);
}

/** @param before the newest revision of somebody else's count that is carried on */
export function nextRevision(releases: readonly Release[], before = 0): number {
  return Math.max(before, ...releases.map((release) => release.revision)) + 1;
}

/** Releases that are kept no longer: all but the newest ten, and never the last good one. */
export function outdated(releases: readonly Release[]): Release[] {
  const good = lastGood(releases);
  return [...releases]
    .sort(newestFirst)
    .slice(KEPT)
    .filter((release) => release !== good);
}

/** For sorting. */
export function newestFirst(a: Pick<Release, 'revision'>, b: Pick<Release, 'revision'>): number {
  return b.revision - a.revision;
}
