/**
 * The cluster, as the stages see it. Objects are plain data as the API server serves them; the one implementation that
 * writes is `adapters/kube`. Every method rejects with an error that names the object, the namespace and the API server's
 * reason: a UserError where the object is wrong, an EnvironmentError where the cluster or a permission is, an Unreachable
 * (a kind of EnvironmentError) where the server did not answer for minutes.
 */

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
  /** The server sends metadata alone, without spec and status: much less, where there are many. Only `list` heeds it. */
  metadataOnly?: boolean;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

export interface WriteOptions {
  /**
   * Awaited before each attempt, the first and those after a failure that may pass; what it throws ends the write. Resolves
   * to the milliseconds within which the attempt must be answered: after them it is given up, and asks again.
   */
  fence?: () => Promise<number>;
}

export interface ApplyOptions extends WriteOptions {
  /** Field manager of server-side apply. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  fieldManager: string;
  /** Let the API server validate and default the object without storing it. */
  dryRun?: boolean;
  /** Apply only: to this very object; one that is gone is not made anew. */
  uid?: string;
}

/** One operation of a JSON patch. */
export type PatchOperation = { op: 'add' | 'replace'; path: string; value: unknown } | { op: 'remove'; path: string };

export interface DeleteOptions extends WriteOptions {
  propagation?: 'Foreground' | 'Background' | 'Orphan';
  /** Only this very object: precondition on metadata.uid. */
  uid?: string;
  /** Only if nothing has changed on it since: precondition on metadata.resourceVersion. */
  resourceVersion?: string;
  /** Seconds that a pod gets to stop, in place of its own terminationGracePeriodSeconds. */
  graceSeconds?: number;
}

export interface LogOptions {
  container?: string;
  previous?: boolean;
  tailLines?: number;
}

/** One question of a SelfSubjectAccessReview. `resource` is plural and lower case, e.g. `deployments`. */
export interface ResourceAttributes {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

/** How a kind is addressed. */
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
  /** Server version, e.g. v1.34.1; the first call to make: it says clearly when the cluster cannot be reached. */
  version(): Promise<string>;
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  list(kind: Kind, selection?: Selection): Promise<KubeObject[]>;
  /** Server-side apply, never forced. A conflict is a UserError that lists the fields and their managers. */
  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject>;
  /**
   * The object as the server would have it if all of its fields were ours: a forced server-side apply that is never stored.
   * There is no such apply that is: nothing here takes fields away from somebody.
   */
  preview(object: KubeObject, fieldManager: string): Promise<KubeObject>;
  /** Creates an object that must not exist; resolves to undefined when it does (409 AlreadyExists). */
  create(object: KubeObject, options: ApplyOptions): Promise<KubeObject | undefined>;
  /** Replaces the object at its resourceVersion; resolves to undefined on a conflict (409). */
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
  /** Resolves to false when it was not there. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;
  /**
   * The present objects as ADDED, then every change, until the signal aborts (then it ends without an error).
   * Reconnects by itself after disconnects, 410 Gone and throttling; rejects only when that stays impossible.
   */
  watch(kind: Kind, selection: Selection, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** The last lines of a container's log; an empty list when it has none yet. */
  logs(pod: ObjectRef, options?: LogOptions): Promise<string[]>;
  /** Lines of a container's log as they are written, until it ends or the signal aborts. */
  followLogs(pod: ObjectRef, container: string, signal: AbortSignal): AsyncIterable<string>;
  /** For each question: allowed or not. @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/ */
  allowed(questions: ResourceAttributes[]): Promise<boolean[]>;
  /** How this kind is addressed; undefined when the server does not serve it. */
  resource(kind: Kind): Promise<ApiResource | undefined>;
  /** Is this kind namespaced? undefined when the server does not serve it. */
  namespaced(kind: Kind): Promise<boolean | undefined>;
}
