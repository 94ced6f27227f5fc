import type { KubeObject } from './cluster.ts';

/** A value of a chart, as `helm --set-json` takes it. */
export type HelmValue = string | number | boolean | null | HelmValue[] | { [key: string]: HelmValue };

/** A team's own description of its objects. Paths are absolute. */
export type RenderSource =
  /** A file, or a folder whose *.yaml, *.yml and *.json are read. */
  | { from: 'manifests'; path: string }
  | { from: 'kustomize'; path: string }
  | { from: 'helm'; chart: string; values: string[]; set: Record<string, HelmValue>; release: string };

export interface RenderContext {
  namespace: string;
  /** Version of the cluster, e.g. v1.34.1: charts ask for it. */
  kubernetesVersion: string;
  signal: AbortSignal;
}

/** An object, and where it stands (for messages). */
export interface Rendered {
  object: KubeObject;
  /** file:line, or the program that made it. */
  location: string;
}

/** Reads manifests, or runs kustomize or Helm to make them. One implementation: `adapters/kube/render`. */
export interface Renderer {
  /** @throws UserError with every mistake and its line; EnvironmentError when a program is missing */
  render(source: RenderSource, context: RenderContext): Promise<Rendered[]>;
}
