import type { Kind, KubeObject, Selection } from '../../ports.ts';
import { ApiFailure } from './failure.ts';
import { type Paths, query, selectionQuery } from './paths.ts';
import type { Rest } from './rest.ts';

interface Page {
  metadata: { resourceVersion: string; continue?: string };
  /** An empty list of metadata alone has null. */
  items: KubeObject[] | null;
}

export interface Listed {
  items: KubeObject[];
  /** The version from which a watch resumes. */
  resourceVersion: string;
}

const PAGE = 500;
/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables */
const METADATA = { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' };

/** All objects of a kind, page by page; starts again when the server has forgotten the first page (410). */
export async function listAll(rest: Rest, paths: Paths, kind: Kind, selection: Selection): Promise<Listed> {
  const collection = await paths.collection(kind, selection.namespace);
  const items: KubeObject[] = [];
  let next: string | undefined;
  let limit: number | undefined = PAGE;
  for (;;) {
    const path = collection + query({ ...selectionQuery(selection), limit, continue: next });
    const headers = selection.metadataOnly ? { headers: METADATA } : {};
    const page = await rest.json<Page>({ method: 'GET', path, ...headers }).catch((error) => {
      if (next !== undefined && error instanceof ApiFailure && error.httpStatus === 410) return undefined;
      throw error;
    });
    if (page === undefined) {
      // Pages that expire during the read would expire again: the second time, one page has all.
      limit = undefined;
      items.length = 0;
      next = undefined;
      continue;
    }
    // The items of a list lack the kind and version, which the list has.
    for (const item of page.items ?? []) items.push({ ...item, apiVersion: kind.apiVersion, kind: kind.kind });
    next = page.metadata.continue || undefined;
    if (next === undefined) return { items, resourceVersion: page.metadata.resourceVersion };
  }
}
