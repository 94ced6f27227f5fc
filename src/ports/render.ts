import type { KubeObject } from './cluster.ts';
import type { Log } from './log.ts';

/** A value of a chart, as `helm --set-json` accepts it. */
export type HelmValue = string | number | boolean | null | HelmValue[] | { [key: string]: HelmValue };

/** A team's own description of its objects. Paths are absolute. */
export type RenderSource =
  /** A file, or a folder with *.yaml, *.yml and *.json files. */
  { from: 'manifests'; path: string } | { from: 'kustomize'; path: string } | HelmSource;

export interface HelmSource {
  from: 'helm';
  /** A folder; with `remote` an oci:// reference, or the name in a repository. */
  chart: string;
  remote: { repository: string | undefined; version: string | undefined } | undefined;
  values: string[];
  set: Record<string, HelmValue>;
  /** Path of a value → name of the environment variable with the value. */
  variables: Record<string, string>;
  /** With the definitions in `crds/` of the chart. */
  crds: boolean;
  release: string;
}

export interface RenderContext {
  namespace: string;
  /** `.Release.Revision` in a chart: the number of the new release, from 1. */
  revision: number;
  /** The namespace has a good release of this app: `.Release.IsUpgrade` in a chart. */
  isUpgrade: boolean;
  signal: AbortSignal;
  log: Pick<Log, 'warning'>;
}

/** An object, and its source for messages. Whole numbers beyond 2^53 are BigInts. */
export interface Rendered {
  object: KubeObject;
  /** file:line, or the program that made it. */
  location: string;
  /** The object of a second render with the same input, if it differs: some of its content is random. */
  again?: KubeObject;
  /** A second render with the same input has no object of this kind and name: its name is random. */
  unstable?: true;
}

/** Reads manifests, or renders them by kustomize or Helm. One implementation: `adapters/kube/render`. */
export interface Renderer {
  /**
   * The objects include hooks, which have annotations of Helm.
   * @throws UserError with every mistake and its line; EnvironmentError when a program is missing
   */
  render(source: RenderSource, context: RenderContext): Promise<Rendered[]>;
}

/** The surroundings of a render of files that the author of a pull request wrote. */
export interface ConfinedContext {
  /** Absolute folder of the checkout; nothing outside of it is read. */
  checkout: string;
  namespace: string;
  /** `.Release.IsUpgrade` in a chart. */
  isUpgrade: boolean;
  /** Version of the cluster, such as v1.34.1: `.Capabilities.KubeVersion` in a chart. */
  version: string;
  /** `.Capabilities.APIVersions` in a chart, in addition to the kinds of Kubernetes itself. */
  apiVersions: readonly string[];
  signal: AbortSignal;
  log: Pick<Log, 'warning'>;
}

/**
 * Renders what the author of a pull request wrote: without the cluster, without the environment of the step and without any
 * file outside of the checkout. One implementation: `adapters/kube/render/confined`.
 */
export interface ConfinedRenderer {
  /**
   * The objects include hooks, which have annotations of Helm. Definitions in `crds/` of a chart are left out.
   * @throws UserError for a file outside of the checkout, and for every mistake with its line; EnvironmentError when a program
   *   is missing
   */
  render(source: RenderSource, context: ConfinedContext): Promise<Rendered[]>;
}
