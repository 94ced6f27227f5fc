import { basename } from 'node:path';
import { stringifyJson } from '../../../text/json.ts';

/** Why a value is not an object of Kubernetes that Slipway can roll out; undefined when it is one. */
export function problemOf(value: unknown, file: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `not an object of Kubernetes, but ${Array.isArray(value) ? 'a list' : stringifyJson(value)}`;
  }
  const { apiVersion, kind, metadata, ...rest } = value as Record<string, unknown>;
  return otherTool(apiVersion, kind, rest, file) ?? missing(apiVersion, kind) ?? nameless(String(kind), metadata);
}

/** Files of other tools that often lie beside manifests. */
function otherTool(apiVersion: unknown, kind: unknown, rest: object, file: string): string | undefined {
  const name = basename(file);
  const isKustomize = typeof apiVersion === 'string' && apiVersion.startsWith('kustomize.config.k8s.io/');
  if (isKustomize || /^kustomization(\.ya?ml)?$/i.test(name)) {
    return 'is for kustomize; set deploy.kustomize to this folder in place of deploy.manifests';
  }
  if ('sops' in rest) {
    return 'is encrypted with SOPS, which Slipway does not decrypt; decrypt it in a step before, or use a SealedSecret or an ExternalSecret';
  }
  if (
    apiVersion === undefined &&
    kind === undefined &&
    /values/i.test(name.split('/').at(-1) ?? '') &&
    /\.ya?ml$/i.test(name)
  ) {
    return 'looks like values of a Helm chart; use deploy.helm, or move the file out of the folder of manifests';
  }
  if (name === 'Chart.yaml')
    return 'is a Helm chart; set deploy.helm.chart to this folder in place of deploy.manifests';
  return undefined;
}

function missing(apiVersion: unknown, kind: unknown): string | undefined {
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  if (isText(apiVersion) && isText(kind)) return undefined;
  if (!isText(apiVersion) && !isText(kind)) {
    return 'apiVersion and kind are missing; a file that is no manifest belongs into another folder';
  }
  return isText(apiVersion) ? 'kind is missing' : `${kind}: apiVersion is missing`;
}

function nameless(kind: string, metadata: unknown): string | undefined {
  const { name, generateName } = (metadata ?? {}) as { name?: unknown; generateName?: unknown };
  if (typeof name === 'string' && name !== '') return undefined;
  if (name !== undefined && name !== null && name !== '') {
    return `${kind}: metadata.name must be text; put ${stringifyJson(name)} in quotes`;
  }
  if (generateName !== undefined) {
    return `${kind} has generateName, which makes a new object on every run; give it metadata.name`;
  }
  return `${kind} has no metadata.name`;
}
