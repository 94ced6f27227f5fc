import type { KubeObject } from './cluster.ts';
import type { Log } from './log.ts';

/** A value of a chart, as `helm --set-json` takes it. */
export type HelmValue = string | number | boolean | null | HelmValue[] | { [key: string]: HelmValue };

/** A team's own description of its objects. Paths are absolute. */
export type RenderSource =
  /** A file, or a folder whose *.yaml, *.yml and *.json are read. */
  { from: 'manifests'; path: string } | { from: 'kustomize'; path: string } | HelmSource;

export interface HelmSource {
  from: 'helm';
  /** A folder; with `remote` an oci:// reference, or the name in a repository. */
  chart: string;
  remote: { repository: string | undefined; version: string | undefined } | undefined;
  values: string[];
  set: Record<string, HelmValue>;
  /** Path of a value → environment variable with it. */
  variables: Record<string, string>;
  /** With the definitions in `crds/` of the chart. */
  crds: boolean;
  release: string;
}

export interface RenderContext {
  namespace: string;
  /** What `.Release.Revision` is in a chart: the number of the release that is being made, from 1. */
  revision: number;
  /** A release of this app works in the namespace: `.Release.IsUpgrade` in a chart. */
  isUpgrade: boolean;
  signal: AbortSignal;
  log: Pick<Log, 'warning'>;
}

/** An object, and where it is written (for messages). Whole numbers beyond 2^53 are BigInts. */
export interface Rendered {
  object: KubeObject;
  /** file:line, or the program that made it. */
  location: string;
  /** The same object of a second render with the same input, where it differs: some of its content is random. */
  again?: KubeObject;
  /** A second render with the same input has no object of this kind and name: its name is random. */
  unstable?: true;
}

/** Reads manifests, or runs kustomize or Helm to make them. One implementation: `adapters/kube/render`. */
export interface Renderer {
  /**
   * Hooks are among the objects; their annotations say what they are.
   * @throws UserError with every mistake and its line; EnvironmentError when a program is missing
   */
  render(source: RenderSource, context: RenderContext): Promise<Rendered[]>;
}
