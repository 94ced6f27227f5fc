import type { KindSchema, Schema } from '../../ports/open-api.ts';
import type { Kind } from '../../ports.ts';
import { groupPath, groupVersion } from './discovery.ts';
import { ApiFailure } from './failure.ts';
import type { Rest } from './rest.ts';

interface Index {
  paths?: Record<string, { serverRelativeURL?: string }>;
}

interface Document {
  components?: { schemas?: Record<string, Schema & { 'x-kubernetes-group-version-kind'?: GroupVersionKind[] }> };
}

interface GroupVersionKind {
  group?: string;
  version?: string;
  kind?: string;
}

/**
 * The OpenAPI v3 documents of the API server, one for each group and version, each read once. The role system:discovery lets every
 * account that signs in read them.
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export class OpenApi {
  private readonly rest: Rest;
  private readonly documents = new Map<string, Promise<Document | undefined>>();
  private index: Promise<Index | undefined> | undefined;

  constructor(rest: Rest) {
    this.rest = rest;
  }

  /** undefined without a schema, or for an account that may not read it. */
  async find({ apiVersion, kind }: Kind): Promise<KindSchema | undefined> {
    const document = this.documents.get(apiVersion) ?? this.read(apiVersion);
    this.documents.set(apiVersion, document);
    const { schemas = {} } = (await document)?.components ?? {};
    const { group, version } = groupVersion(apiVersion);
    const root = Object.values(schemas).find((schema) =>
      schema['x-kubernetes-group-version-kind']?.some(
        (one) => one.kind === kind && one.version === version && (one.group ?? '') === group,
      ),
    );
    return root && { root, schemas };
  }

  private async read(apiVersion: string): Promise<Document | undefined> {
    this.index ??= this.get<Index>('/openapi/v3');
    const path = (await this.index)?.paths?.[groupPath(apiVersion).slice(1)]?.serverRelativeURL;
    return path?.startsWith('/openapi/v3/') ? this.get<Document>(path) : undefined;
  }

  private async get<T>(path: string): Promise<T | undefined> {
    try {
      return await this.rest.json<T>({ method: 'GET', path });
    } catch (error) {
      if (error instanceof ApiFailure && [403, 404].includes(error.httpStatus)) return undefined;
      throw error;
    }
  }
}
