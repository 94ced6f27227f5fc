import { Unreachable } from '../../../src/errors.ts';
import type {
  ApiResource,
  ApplyOptions,
  Cluster,
  DeleteOptions,
  Kind,
  KubeObject,
  ObjectRef,
  PatchOperation,
  ResourceAttributes,
  Selection,
  WatchEvent,
} from '../../../src/ports.ts';

/** What controllers would do: called after each write with the object as it is stored; it may write status by `patch`. */
export type Controller = (object: KubeObject, cluster: MemoryCluster) => void;

const CLUSTER_WIDE = new Set(['Namespace', 'CustomResourceDefinition', 'ClusterRole']);

/** A cluster in memory for the decisions of a stage: what a real one does is the business of the contract tests. */
export class MemoryCluster implements Cluster {
  readonly name = 'memory';
  readonly objects = new Map<string, KubeObject>();
  /** `verb Kind name` of each write, in order; dry-runs are not among them. */
  readonly writes: string[] = [];
  /** Accesses that are refused, as `verb resource`. */
  readonly denied = new Set<string>();
  /** Thrown in place of an answer to the next write of this `verb Kind name`. */
  readonly failures = new Map<string, Error>();
  controller: Controller = () => undefined;
  private readonly watchers = new Set<(event: WatchEvent) => void>();
  private counter = 0;
  private versions = 0;

  async version(): Promise<string> {
    return 'v1.34.1';
  }

  async schema(): Promise<undefined> {
    return undefined;
  }

  async get(ref: ObjectRef): Promise<KubeObject | undefined> {
    return structuredClone(this.objects.get(keyOf(ref)));
  }

  async list(kind: Kind, selection: Selection = {}): Promise<KubeObject[]> {
    return this.select(kind, selection);
  }

  private select({ kind }: Kind, selection: Selection): KubeObject[] {
    const wanted = (selection.labelSelector ?? '').split(',').filter((part) => part !== '');
    return [...this.objects.values()].filter(
      (object) =>
        object.kind === kind &&
        (selection.namespace === undefined || object.metadata.namespace === selection.namespace) &&
        wanted.every((part) =>
          part.startsWith('!')
            ? object.metadata.labels?.[part.slice(1)] === undefined
            : object.metadata.labels?.[part.split('=')[0] ?? ''] === part.split('=')[1],
        ),
    );
  }

  async apply(object: KubeObject, { dryRun, fieldManager, fence }: ApplyOptions): Promise<KubeObject> {
    await fence?.();
    const verb = dryRun ? 'dry-run' : 'apply';
    this.fail(`${verb} ${object.kind} ${object.metadata.name}`);
    const live = this.objects.get(keyOf(refOf(object)));
    const { metadata } = object;
    const changed = JSON.stringify(live?.spec) !== JSON.stringify(object.spec);
    const generation = (live?.metadata.generation ?? 0) + (changed ? 1 : 0);
    const uid = live?.metadata.uid ?? (dryRun ? undefined : `uid-${++this.counter}`);
    const managedFields = [{ manager: fieldManager, operation: 'Apply' }];
    const stored = { ...live, ...object, metadata: { ...live?.metadata, ...metadata, generation, uid, managedFields } };
    return structuredClone(dryRun ? stored : this.store('apply', stored));
  }

  preview(object: KubeObject, fieldManager: string): Promise<KubeObject> {
    return this.apply(object, { fieldManager, dryRun: true });
  }

  async create(object: KubeObject, { fence, dryRun }: ApplyOptions): Promise<KubeObject | undefined> {
    await fence?.();
    this.fail(`create ${object.kind} ${object.metadata.name}`);
    if (this.objects.has(keyOf(refOf(object)))) return undefined;
    if (dryRun) return structuredClone(object);
    const stored = { ...object, metadata: { ...object.metadata, uid: `uid-${++this.counter}`, generation: 1 } };
    return structuredClone(this.store('create', stored));
  }

  async replace(object: KubeObject, { fence }: ApplyOptions): Promise<KubeObject | undefined> {
    await fence?.();
    this.fail(`replace ${object.kind} ${object.metadata.name}`);
    const { resourceVersion } = object.metadata;
    const live = this.objects.get(keyOf(refOf(object)));
    if (resourceVersion !== live?.metadata.resourceVersion) return undefined;
    return structuredClone(this.store('replace', object));
  }

  async jsonPatch(live: KubeObject, operations: readonly PatchOperation[], options: ApplyOptions) {
    if (options.dryRun) return structuredClone(live);
    const copy = structuredClone(live) as Record<string, unknown> & KubeObject;
    for (const one of operations) {
      const [, first = '', second] = one.path.split('/');
      const within = second === undefined ? copy : (copy[first] as Record<string, unknown>);
      if (one.op === 'remove') Reflect.deleteProperty(within, second ?? first);
      else within[second ?? first] = one.value;
    }
    return this.replace(copy, options);
  }

  async delete(ref: ObjectRef, { uid, resourceVersion, fence }: DeleteOptions = {}): Promise<boolean> {
    await fence?.();
    this.fail(`delete ${ref.kind} ${ref.name}`);
    const object = this.objects.get(keyOf(ref));
    if (!object || (uid !== undefined && uid !== object.metadata.uid)) return false;
    if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion) return false;
    this.writes.push(`delete ${ref.kind} ${ref.name}`);
    this.objects.delete(keyOf(ref));
    this.emit({ type: 'DELETED', object });
    return true;
  }

  /** A status, or a Pod, as a controller writes it. */
  patch(object: KubeObject): void {
    this.objects.set(keyOf(refOf(object)), object);
    this.emit({ type: 'MODIFIED', object });
  }

  async *watch({ kind }: Kind, { namespace }: Selection, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    // At once: what is stored between a list and the watch behind it would never be told.
    const queue: WatchEvent[] = this.select({ apiVersion: '', kind }, { namespace }).map((object) => ({
      type: 'ADDED',
      object,
    }));
    let wake: () => void = () => undefined;
    const take = (event: WatchEvent) => {
      const inside = namespace === undefined || event.object.metadata.namespace === namespace;
      if (event.object.kind === kind && inside) queue.push(structuredClone(event));
      wake();
    };
    this.watchers.add(take);
    signal.addEventListener('abort', () => wake());
    while (!signal.aborted) {
      const failure = this.failures.get(`watch ${kind}`);
      if (failure) throw failure;
      const next = queue.shift();
      if (next) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    this.watchers.delete(take);
  }

  /** Every stream of a kind ends with "unreachable", and so does every write from now on. */
  goAway(): void {
    const error = new Unreachable('cluster memory (https://memory) cannot be reached');
    for (const kind of ['Deployment', 'Pod', 'ReplicaSet', 'Job']) this.failures.set(`watch ${kind}`, error);
    for (const watcher of this.watchers)
      watcher({ type: 'MODIFIED', object: { apiVersion: '', kind: '', metadata: { name: '' } } });
  }

  async logs(): Promise<string[]> {
    return ['last words'];
  }

  async *followLogs(): AsyncGenerator<string> {
    yield 'migrating';
  }

  async allowed(questions: ResourceAttributes[]): Promise<boolean[]> {
    return questions.map(({ verb, resource }) => !this.denied.has(`${verb} ${resource}`));
  }

  async resource({ apiVersion, kind }: Kind): Promise<ApiResource | undefined> {
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
    return { group, resource: `${kind.toLowerCase()}s`, namespaced: !CLUSTER_WIDE.has(kind) };
  }

  async namespaced(kind: Kind): Promise<boolean | undefined> {
    return (await this.resource(kind))?.namespaced;
  }

  private store(verb: string, written: KubeObject): KubeObject {
    const object = { ...written, metadata: { ...written.metadata, resourceVersion: String(++this.versions) } };
    this.writes.push(`${verb} ${object.kind} ${object.metadata.name}`);
    this.objects.set(keyOf(refOf(object)), object);
    this.emit({ type: 'MODIFIED', object });
    this.controller(structuredClone(object), this);
    return object;
  }

  private emit(event: WatchEvent): void {
    for (const watcher of this.watchers) watcher(event);
  }

  private fail(write: string): void {
    const error = this.failures.get(write);
    if (!error) return;
    this.failures.delete(write);
    throw error;
  }
}

function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  return { apiVersion, kind, name: metadata.name, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) };
}

function keyOf({ kind, namespace = '', name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}
