import type { Outcome } from '../outcome.ts';
import type { KubeObject } from '../ports.ts';
import { stringifyJson } from '../text/json.ts';
import type { Images } from './images.ts';
import { shortHash } from './names.ts';

/** The record of a rollout. A Secret of the namespace holds it, because objects may contain secrets. */
export interface Release {
  app: string;
  environment: string;
  /** Counts from 1. */
  revision: number;
  /** Records of earlier versions hold one `image`; it then has the name of the app. */
  images: Images;
  /** Full id. */
  commit: string;
  actor: string;
  run: { id: string; attempt: number; url: string };
  /** `pending` while it is in progress, and for ever if its run was killed. */
  outcome: Outcome | 'pending';
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string | undefined;
  /** The objects of the plan, before the server adds its defaults. */
  objects: KubeObject[];
  /** Hash of `objects`. */
  hash: string;
  /** Hash of the migration of its image; undefined if it has none. */
  migration: string | undefined;
  /** Hash of the version of the schema after its migration; absent where it is not known. */
  schema?: string;
  /** Hash of the Jobs and Pods that run as hooks before its workloads; undefined if there are none. */
  hooks?: string;
  /** The previous release also works on the schema of this one. */
  reversible: boolean;
  /** Workloads with a partition that keeps some pods on the previous revision; absent if there are none. */
  partial?: string[];
  /** Name of the Secret with the values of secretEnv; absent if it has none. The record holds no values. */
  secretEnv?: string;
  /** Absent in records of versions that did not keep it. */
  config?: ConfigRecord;
}

/** The ConfigMaps and Secrets outside of the release that its pods read, as they were then. */
export interface ConfigRecord {
  /** Salt of all hashes of configuration of this app and environment. */
  salt: string;
  /** Salted hash of each, by its name (`Secret parking-database`). */
  live: Record<string, string>;
}

const KEPT = 10;

/** The name of a release for people: parking-7. */
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

/** The newest release that succeeded: it runs now, unless somebody changed the cluster by hand. */
export function lastGood(releases: readonly Release[]): Release | undefined {
  return releases.filter((release) => release.outcome === 'succeeded').sort(newestFirst)[0];
}

/** Whether no release began or ended between two reads. */
export function sameHistory(before: readonly Release[], after: readonly Release[]): boolean {
  const text = (all: readonly Release[]) =>
    stringifyJson(all.map(({ revision, outcome, commit, run }) => [revision, outcome, commit, run]).sort());
  return text(before) === text(after);
}

/** @param before the newest revision of an earlier tool whose numbers Slipway continues */
export function nextRevision(releases: readonly Release[], before = 0): number {
  return Math.max(before, ...releases.map((release) => release.revision)) + 1;
}

/** Releases to delete: all but the newest ten and the last good one. */
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
