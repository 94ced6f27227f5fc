import { NotServed } from '../../errors.ts';
import type { Kind, ObjectRef, Selection } from '../../ports.ts';
import { type Discovery, groupPath } from './discovery.ts';

const segment = encodeURIComponent;

/** Paths of objects and collections. Rejects when the server does not serve the kind. */
export class Paths {
  private readonly discovery: Discovery;
  private readonly clusterName: string;

  constructor(discovery: Discovery, clusterName: string) {
    this.discovery = discovery;
    this.clusterName = clusterName;
  }

  /** Without a namespace: of all namespaces, or of a cluster-scoped kind. */
  async collection(kind: Kind, namespace: string | undefined): Promise<string> {
    const resource = await this.discovery.find(kind);
    if (resource === undefined) {
      throw new NotServed(`cluster ${this.clusterName} does not serve ${kind.kind} of ${kind.apiVersion}`, {
        remedy: `Install its CustomResourceDefinition first, or use an apiVersion that this cluster serves (kubectl api-resources).`,
      });
    }
    const within = resource.namespaced && namespace ? `/namespaces/${segment(namespace)}` : '';
    return `${groupPath(kind.apiVersion)}${within}/${resource.resource}`;
  }

  async object(ref: ObjectRef): Promise<string> {
    return `${await this.collection(ref, ref.namespace)}/${segment(ref.name)}`;
  }
}

/** A query string of the defined parameters; `?a=b`, or empty. */
export function query(parameters: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== false);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}

/** The query of a selection. */
export function selectionQuery(selection: Selection): { labelSelector?: string; fieldSelector?: string } {
  return {
    ...(selection.labelSelector ? { labelSelector: selection.labelSelector } : {}),
    ...(selection.fieldSelector ? { fieldSelector: selection.fieldSelector } : {}),
  };
}
