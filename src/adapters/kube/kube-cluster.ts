import { refOf } from '../../objects/ref.ts';
import type { KindSchema } from '../../ports/open-api.ts';
import type {
  ApiResource,
  ApplyOptions,
  Cluster,
  DeleteOptions,
  Kind,
  KubeObject,
  LogOptions,
  ObjectRef,
  PatchOperation,
  ResourceAttributes,
  Selection,
  WatchEvent,
} from '../../ports.ts';
import { stringifyJson } from '../../text/json.ts';
import type { Connection } from './connection.ts';
import { Discovery } from './discovery.ts';
import { ApiFailure } from './failure.ts';
import { holds } from './holds.ts';
import { listAll } from './list.ts';
import { follow, lastLines } from './logs.ts';
import { OpenApi } from './open-api.ts';
import { Paths, query } from './paths.ts';
import { Rest, type RestContext } from './rest.ts';
import { type Attempt, translateKubeError } from './translate.ts';
import { watchAll } from './watch.ts';
import { preconditions, wanted, writeParameters } from './write-request.ts';

/** Milliseconds: enough for a slow handshake, and short for a wrong address. */
const FIRST_ANSWER_MS = 3_000;
/** Milliseconds; a firewall may not even refuse. */
const FIRST_SILENCE_MS = 10_000;
const JSON_BODY = { 'content-type': 'application/json' };

/** The cluster behind one connection. The only part of Slipway that writes to a cluster. */
export class KubeCluster implements Cluster {
  readonly name: string;
  /** The connection, for programs that sign in by themselves. */
  readonly connection: Connection;
  private readonly context: RestContext;
  private readonly rest: Rest;
  private readonly discovery: Discovery;
  private readonly schemas: OpenApi;
  private readonly paths: Paths;
  private known: Promise<string> | undefined;

  constructor(context: RestContext) {
    this.name = context.connection.name;
    this.connection = context.connection;
    this.context = context;
    this.rest = new Rest(context);
    this.discovery = new Discovery(this.rest);
    this.schemas = new OpenApi(this.rest);
    this.paths = new Paths(this.discovery, this.name);
  }

  /** Read once; a failure is not kept. */
  version(): Promise<string> {
    this.known ??= this.readVersion().catch((error: unknown) => {
      this.known = undefined;
      throw error;
    });
    return this.known;
  }

  private readVersion(): Promise<string> {
    return this.translated({ verb: 'read', ref: { kind: 'version' } }, async () => {
      const version = await this.rest.json<{ gitVersion: string }>(
        { method: 'GET', path: '/version', idleMs: FIRST_SILENCE_MS },
        FIRST_ANSWER_MS,
      );
      return version.gitVersion;
    });
  }

  get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return this.translated({ verb: 'read', ref }, async () => {
      const path = await this.paths.object(ref);
      return unless(404, this.rest.json<KubeObject>({ method: 'GET', path }));
    });
  }

  list(kind: Kind, selection: Selection = {}): Promise<KubeObject[]> {
    return this.translated({ verb: 'list', ref: { ...kind, ...within(selection) } }, async () => {
      return (await listAll(this.rest, this.paths, kind, selection)).items;
    });
  }

  apply(object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    return this.serverSideApply('apply', object, { ...writeParameters(options), force: 'false' }, options);
  }

  preview(object: KubeObject, fieldManager: string): Promise<KubeObject> {
    return this.serverSideApply('try out', object, {
      ...writeParameters({ fieldManager, dryRun: true }),
      force: 'true',
    });
  }

  create(object: KubeObject, options: ApplyOptions): Promise<KubeObject | undefined> {
    const ref = refOf(object);
    return this.translated({ verb: 'create', ref }, async () => {
      const path = (await this.paths.collection(ref, ref.namespace)) + query(writeParameters(options));
      const body = stringifyJson(object);
      const request = { method: 'POST' as const, path, headers: JSON_BODY, body, fence: options.fence };
      const created = this.rest.json<KubeObject>(request).catch((error) => this.ifCarriedOut(error, object));
      return unless(409, created, 'AlreadyExists');
    });
  }

  replace(object: KubeObject, options: ApplyOptions): Promise<KubeObject | undefined> {
    const ref = refOf(object);
    return this.translated({ verb: 'replace', ref }, async () => {
      const path = (await this.paths.object(ref)) + query(writeParameters(options));
      const body = stringifyJson(object);
      const request = { method: 'PUT' as const, path, headers: JSON_BODY, body, fence: options.fence };
      const replaced = this.rest.json<KubeObject>(request).catch((error) => this.ifCarriedOut(error, object));
      return unless(409, unless(404, replaced));
    });
  }

  jsonPatch(
    live: KubeObject,
    operations: readonly PatchOperation[],
    options: ApplyOptions,
  ): Promise<KubeObject | undefined> {
    const ref = refOf(live);
    const { resourceVersion } = live.metadata;
    // Another version than that of the object is answered with a conflict.
    const guarded = [...operations, { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion }];
    return this.translated({ verb: 'patch', ref }, async () => {
      const path = (await this.paths.object(ref)) + query(writeParameters(options));
      const headers = { 'content-type': 'application/json-patch+json' };
      const body = JSON.stringify(guarded);
      return unless(409, this.rest.json<KubeObject>({ method: 'PATCH', path, headers, body, fence: options.fence }));
    });
  }

  delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    return this.translated({ verb: 'delete', ref }, async () => {
      const body = stringifyJson({
        propagationPolicy: options.propagation ?? 'Background',
        ...preconditions(options),
        ...(options.graceSeconds === undefined ? {} : { gracePeriodSeconds: options.graceSeconds }),
      });
      const path = await this.paths.object(ref);
      const request = { method: 'DELETE' as const, path, headers: JSON_BODY, body, fence: options.fence };
      try {
        await this.rest.json<KubeObject>(request);
        return true;
      } catch (error) {
        // 404: it does not exist. 409: an object of this name exists, with another uid or version.
        const other = error instanceof ApiFailure && [404, 409].includes(error.httpStatus);
        if (!other) throw error;
        return error.repeated;
      }
    });
  }

  async *watch(kind: Kind, selection: Selection, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const parts = { rest: this.rest, paths: this.paths, clock: this.context.clock };
    try {
      yield* watchAll(parts, kind, selection, signal);
    } catch (error) {
      throw translateKubeError(error, this.context.connection, {
        verb: 'watch',
        ref: { ...kind, ...within(selection) },
      });
    }
  }

  logs(pod: ObjectRef, options: LogOptions = {}): Promise<string[]> {
    return this.translated({ verb: 'read the log of', ref: pod }, () => lastLines(this.rest, this.paths, pod, options));
  }

  async *followLogs(pod: ObjectRef, container: string, signal: AbortSignal): AsyncGenerator<string> {
    const parts = { rest: this.rest, paths: this.paths, clock: this.context.clock };
    try {
      yield* follow(parts, pod, container, signal);
    } catch (error) {
      throw translateKubeError(error, this.context.connection, { verb: 'follow the log of', ref: pod });
    }
  }

  allowed(questions: ResourceAttributes[]): Promise<boolean[]> {
    return Promise.all(questions.map((question) => this.isAllowed(question)));
  }

  resource(kind: Kind): Promise<ApiResource | undefined> {
    return this.translated({ verb: 'find', ref: kind }, () => this.discovery.find(kind));
  }

  schema(kind: Kind): Promise<KindSchema | undefined> {
    return this.translated({ verb: 'find the schema of', ref: kind }, () => this.schemas.find(kind));
  }

  async namespaced(kind: Kind): Promise<boolean | undefined> {
    return (await this.resource(kind))?.namespaced;
  }

  /**
   * The answer "already exists" or "conflict" to a repeated write may be the effect of its own first attempt, whose answer was
   * lost. In that case the live object has the written content.
   */
  private async ifCarriedOut(error: unknown, sent: KubeObject): Promise<KubeObject> {
    if (!(error instanceof ApiFailure && error.httpStatus === 409 && error.repeated)) throw error;
    const path = await this.paths.object(refOf(sent));
    const live = await unless(404, this.rest.json<KubeObject>({ method: 'GET', path }));
    if (live && holds(live, sent)) return live;
    throw error;
  }

  /** Closes the kept connections. */
  close(): void {
    this.rest.close();
  }

  /**
   * Name of this user; undefined for a server without SelfSubjectReview (before Kubernetes 1.28).
   * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/
   */
  username(): Promise<string | undefined> {
    return this.translated({ verb: 'read', ref: { kind: 'username' } }, async () => {
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const body = stringifyJson({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
      const review = this.rest.json<{ status?: { userInfo?: { username?: string } } }>({
        method: 'POST',
        path,
        headers: JSON_BODY,
        body,
      });
      return (await unless(404, review))?.status?.userInfo?.username;
    });
  }

  /** @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/ */
  private isAllowed(question: ResourceAttributes): Promise<boolean> {
    const { verb, group, resource, subresource, namespace } = question;
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb, group, resource, subresource, namespace } },
    };
    return this.translated({ verb: 'check', ref: { kind: 'permissions' } }, async () => {
      const answer = await this.rest.json<{ status: { allowed: boolean } }>({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        headers: JSON_BODY,
        body: stringifyJson(review),
      });
      return answer.status.allowed;
    });
  }

  private serverSideApply(
    verb: string,
    object: KubeObject,
    parameters: Parameters<typeof query>[0],
    { fence, uid }: Pick<ApplyOptions, 'fence' | 'uid'> = {},
  ): Promise<KubeObject> {
    const ref = refOf(object);
    const sent = wanted(object);
    if (uid !== undefined) sent.metadata.uid = uid;
    return this.translated({ verb, ref }, async () => {
      return this.rest.json<KubeObject>({
        method: 'PATCH',
        path: (await this.paths.object(ref)) + query(parameters),
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: stringifyJson(sent),
        fence,
      });
    });
  }

  private async translated<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw translateKubeError(error, this.context.connection, attempt);
    }
  }
}

function within(selection: Selection): { namespace?: string } {
  return selection.namespace ? { namespace: selection.namespace } : {};
}

/** Undefined for a refusal with this HTTP status (and reason). */
async function unless<T>(httpStatus: number, work: Promise<T>, reason?: string): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const expected = error instanceof ApiFailure && error.httpStatus === httpStatus;
    if (expected && (reason === undefined || error.status.reason === reason)) return undefined;
    throw error;
  }
}
