import type { Images } from '../../objects/images.ts';
import type { KubeObject } from '../../ports.ts';

/** Kind → its objects. A kind that is missing could not be read, or is not served. */
export type ByKind = ReadonlyMap<string, readonly KubeObject[]>;

/** An environment as its cluster has it. */
export interface LiveEnvironment {
  environment: string;
  namespace: string;
  /** Of Kubernetes, such as v1.34.1-gke.100. */
  version: string;
  /** Objects of its namespace. */
  own: ByKind;
  /** Objects of the whole cluster. */
  shared: ByKind;
  /** The objects that the last good release has written; undefined: none is known. */
  recorded: readonly KubeObject[] | undefined;
  /** The images of that release, by digest. */
  images?: Images | undefined;
}

/** What the clusters show, and what was not looked at, as sentences. */
export interface LiveView {
  environments: readonly LiveEnvironment[];
  notes: readonly string[];
}

/** The objects of a kind; none where it could not be read. */
export function ofKind(all: ByKind, kind: string): readonly KubeObject[] {
  return all.get(kind) ?? [];
}
