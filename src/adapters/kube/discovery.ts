import type { Kind } from '../../ports.ts';
import { BUILT_IN_KINDS } from './built-in-kinds.ts';
import { ApiFailure } from './failure.ts';
import type { Rest } from './rest.ts';

export interface ServedResource {
  /** Empty for the core group. */
  group: string;
  version: string;
  /** Plural and lower case, e.g. deployments. */
  resource: string;
  namespaced: boolean;
}

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Finds the resource that serves a kind. Asks the server once for each group and version, unless the kind is built in. */
export class Discovery {
  private readonly rest: Rest;
  private readonly lists = new Map<string, Promise<ResourceList>>();

  constructor(rest: Rest) {
    this.rest = rest;
  }

  /** undefined when the server does not serve the kind. */
  async find({ apiVersion, kind }: Kind): Promise<ServedResource | undefined> {
    const { group, version } = groupVersion(apiVersion);
    const builtIn = BUILT_IN_KINDS[apiVersion]?.[kind];
    if (builtIn) return { group, version, resource: builtIn.name, namespaced: builtIn.namespaced };
    const list = await this.list(apiVersion);
    // Names with a slash are subresources: deployments/scale.
    const found = list.resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (found === undefined) {
      // A definition may be on its way (a CustomResourceDefinition of this run): ask again next time.
      this.lists.delete(apiVersion);
      return undefined;
    }
    return { group, version, resource: found.name, namespaced: found.namespaced };
  }

  private list(apiVersion: string): Promise<ResourceList> {
    const known = this.lists.get(apiVersion);
    if (known) return known;
    const asked = this.rest.json<ResourceList>({ method: 'GET', path: groupPath(apiVersion) }).catch((error) => {
      this.lists.delete(apiVersion);
      if (error instanceof ApiFailure && error.httpStatus === 404) return { resources: [] };
      throw error;
    });
    this.lists.set(apiVersion, asked);
    return asked;
  }
}

/** Group and version of an apiVersion; the core group is empty. */
export function groupVersion(apiVersion: string): { group: string; version: string } {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}

/** /api/v1 or /apis/group/version. */
export function groupPath(apiVersion: string): string {
  const { group, version } = groupVersion(apiVersion);
  const segment = encodeURIComponent;
  return group === '' ? `/api/${segment(version)}` : `/apis/${segment(group)}/${segment(version)}`;
}
