/**
 * The cluster, as the stages see it. Objects are plain data as the API server serves them; the one implementation that
 * writes is `adapters/kube`. Every method rejects with an error that names the object, the namespace and the API server's
 * reason: a UserError for a wrong object, an EnvironmentError for a problem of the cluster or a missing permission, and an
 * Unreachable (a kind of EnvironmentError) for a server that did not answer for minutes.
 */

import type { KindSchema } from './open-api.ts';

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  generation?: number;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
  finalizers?: string[];
  managedFields?: unknown[];
}

/** Any Kubernetes object. `readiness/` and `plan/` narrow `spec` and `status` to the fields they read. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

export interface Kind {
  apiVersion: string;
  kind: string;
}

export interface ObjectRef extends Kind {
  name: string;
  /** Absent for cluster-scoped objects. */
  namespace?: string;
}

export interface Selection {
  namespace?: string;
  /** As the API takes it: `a=b,c!=d`. */
  labelSelector?: string;
  fieldSelector?: string;
  /** The server sends only the metadata, which is much less for many objects. Only `list` supports it. */
  metadataOnly?: boolean;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

export interface WriteOptions {
  /**
   * Awaited before each attempt, the first and those after a transient failure. Its error ends the write. Resolves to the
   * milliseconds within which the server must answer; after them, the next attempt begins.
   */
  fence?: () => Promise<number>;
}

export interface ApplyOptions extends WriteOptions {
  /** Field manager of server-side apply. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  fieldManager: string;
  /** The API server validates the object and sets its defaults without storing it. */
  dryRun?: boolean;
  /** Applies only to the object with this uid: the write does not create a deleted object again. */
  uid?: string;
}

/** One operation of a JSON patch. */
export type PatchOperation = { op: 'add' | 'replace'; path: string; value: unknown } | { op: 'remove'; path: string };

export interface DeleteOptions extends WriteOptions {
  propagation?: 'Foreground' | 'Background' | 'Orphan';
  /** Deletes only the object with this uid: precondition on metadata.uid. */
  uid?: string;
  /** Deletes only an unchanged object: precondition on metadata.resourceVersion. */
  resourceVersion?: string;
  /** Seconds for a pod to stop, in place of its own terminationGracePeriodSeconds. */
  graceSeconds?: number;
}

export interface LogOptions {
  container?: string;
  previous?: boolean;
  tailLines?: number;
}

/** The attributes of a SelfSubjectAccessReview. `resource` is plural and lower case, e.g. `deployments`. */
export interface ResourceAttributes {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

/** The API resource that serves a kind. */
export interface ApiResource {
  /** API group; empty for the core group. */
  group: string;
  /** Plural and lower case, as RBAC rules have it, e.g. `deployments`. */
  resource: string;
  namespaced: boolean;
}

export interface Cluster {
  /** Name for messages: the context, or the GKE resource path. */
  readonly name: string;
  /** Server version, e.g. v1.34.1. Make this call first: its error is clear when the cluster cannot be reached. */
  version(): Promise<string>;
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(kind: Kind, selection?: Selection): Promise<KubeObject[]>;
  /** Server-side apply, never forced. A conflict is a UserError that lists the fields and their managers. */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /**
   * The object as the server would have it if Slipway managed all its fields: a forced server-side apply as a dry run. A stored
   * apply is never forced, so Slipway never takes fields from another manager.
   */
  preview(object: KubeObject, fieldManager: string): Promise<KubeObject>;
  /** Creates an object; resolves to undefined when it exists (409 AlreadyExists). */
  create(object: KubeObject, options: ApplyOptions): Promise<KubeObject | undefined>;
  /** Replaces the object at its resourceVersion; resolves to undefined on a conflict (409), or if it was deleted (404). */
  replace(object: KubeObject, options: ApplyOptions): Promise<KubeObject | undefined>;
  /**
   * Changes parts of an object, at its resourceVersion; resolves to undefined on a conflict (409).
   * @see https://datatracker.ietf.org/doc/html/rfc6902
   */
  jsonPatch(
    live: KubeObject,
    operations: readonly PatchOperation[],
    options: ApplyOptions,
  ): Promise<KubeObject | undefined>;
  /** Resolves to false when it did not exist. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;
  /**
   * The present objects as ADDED, then every change, until the signal aborts (then it ends without an error).
   * Reconnects after disconnects, 410 Gone and throttling; rejects only when no connection succeeds.
   */
  watch(kind: Kind, selection: Selection, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** The last lines of a container's log; empty without a log. */
  logs(pod: ObjectRef, options?: LogOptions): Promise<string[]>;
  /** Lines of a container's log as it writes them, until it ends or the signal aborts. */
  followLogs(pod: ObjectRef, container: string, signal: AbortSignal): AsyncIterable<string>;
  /** For each of them: allowed or not. @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/ */
  allowed(questions: ResourceAttributes[]): Promise<boolean[]>;
  /** The API resource of this kind; undefined when the server does not serve it. */
  resource(kind: Kind): Promise<ApiResource | undefined>;
  /** The schema that the server publishes for this kind; undefined when it has none, or this account may not read it. */
  schema(kind: Kind): Promise<KindSchema | undefined>;
  /** Whether this kind is namespaced; undefined when the server does not serve it. */
  namespaced(kind: Kind): Promise<boolean | undefined>;
}

/** What the objects of a team are planned with: a cluster, or what stands in for one. */
export interface ClusterReads extends Pick<Cluster, 'version' | 'get' | 'allowed' | 'resource' | 'namespaced'> {
  /**
   * Without a cluster: the scope of a kind that neither `namespaced` nor a definition in the same run knows. undefined: such a
   * kind does not exist.
   */
  assumedNamespaced?(kind: Kind): boolean | undefined;
}
