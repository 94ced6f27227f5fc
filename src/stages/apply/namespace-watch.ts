import { messageOf, Unreachable } from '../../errors.ts';
import type { Clock, Cluster, Kind, KubeObject, Log, Selection, WatchEvent } from '../../ports.ts';
import type { EventView, Surroundings } from '../../readiness/verdict.ts';

const EVENT: Kind = { apiVersion: 'v1', kind: 'Event' };

/**
 * What is in a namespace, as last seen: one stream for each kind, however many objects are waited for. Everybody who waits
 * is woken by each change.
 */
export class NamespaceWatch implements Surroundings {
  private readonly cluster: Cluster;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly namespace: string;
  private readonly signal: AbortSignal;
  private readonly watched = new Map<string, Kind>();
  private readonly objects = new Map<string, KubeObject>();
  private readonly events = new Map<string, Map<string, EventView>>();
  private wake: (() => void)[] = [];
  private broken: unknown;

  /** Watches until the signal aborts. */
  constructor(ports: { cluster: Cluster; clock: Clock; log: Log }, namespace: string, signal: AbortSignal) {
    this.cluster = ports.cluster;
    this.clock = ports.clock;
    this.log = ports.log;
    this.namespace = namespace;
    this.signal = signal;
  }

  /** Begins to watch these kinds, and warnings; a kind that is watched already is not watched twice. */
  add(kinds: readonly Kind[]): void {
    for (const kind of kinds) {
      if (this.once(kind)) void this.follow(kind).catch((error) => this.fail(error));
    }
    // Warnings make a diagnosis better; a rollout is judged without them where they may not be read.
    if (this.once(EVENT)) void this.followWarnings().catch((error) => this.withoutWarnings(error));
  }

  get(uid: string | undefined): KubeObject | undefined {
    return uid === undefined ? undefined : this.objects.get(uid);
  }

  ownedBy(uid: string | undefined, kind: string): KubeObject[] {
    if (uid === undefined) return [];
    const isOwned = (object: KubeObject) =>
      object.kind === kind && object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller);
    return [...this.objects.values()].filter(isOwned);
  }

  warnings(uid: string | undefined): EventView[] {
    const events = uid === undefined ? undefined : this.events.get(uid);
    return events ? [...events.values()].sort((a, b) => a.at - b.at) : [];
  }

  /**
   * Resolves with the next change, at the latest after `ms`.
   * @throws what ended a stream for good; the signal's reason
   */
  async next(ms: number, signal: AbortSignal): Promise<void> {
    this.check();
    const timer = new AbortController();
    const changed = new Promise<void>((resolve) => this.wake.push(resolve));
    await Promise.race([
      changed,
      this.clock.sleep(ms, AbortSignal.any([signal, timer.signal])).catch((error) => {
        if (signal.aborted) throw error;
      }),
    ]);
    timer.abort();
    this.check();
  }

  /**
   * Reads everything that is watched: what is known is then as it is in the cluster, whatever the streams have told.
   * @throws an Unreachable when the cluster stays away for too long
   */
  async read(): Promise<void> {
    await Promise.all([...this.watched.values()].map((kind) => this.readKind(kind)));
    this.check();
  }

  private async readKind(kind: Kind): Promise<void> {
    // Warnings only explain: they come when they come.
    if (kind.kind === EVENT.kind) return;
    const before = new Set([...this.objects].filter(([, object]) => isOf(object, kind)).map(([uid]) => uid));
    const items = await this.cluster.list(kind, await this.selection(kind));
    for (const object of items) {
      const { uid = '' } = object.metadata;
      const deletedMeanwhile = before.has(uid) && !this.objects.has(uid);
      if (!deletedMeanwhile && !isOlder(object, this.objects.get(uid))) this.objects.set(uid, object);
      before.delete(uid);
    }
    for (const uid of before) this.objects.delete(uid);
  }

  private check(): void {
    if (this.broken !== undefined) throw this.broken;
  }

  private once(kind: Kind): boolean {
    const key = `${kind.apiVersion}/${kind.kind}`;
    if (this.watched.has(key)) return false;
    this.watched.set(key, kind);
    return true;
  }

  private async follow(kind: Kind): Promise<void> {
    for await (const event of this.cluster.watch(kind, await this.selection(kind), this.signal)) this.take(event);
  }

  private async selection(kind: Kind): Promise<Selection> {
    return (await this.cluster.namespaced(kind)) ? { namespace: this.namespace } : {};
  }

  private take({ type, object }: WatchEvent): void {
    const { uid } = object.metadata;
    if (uid === undefined) return;
    if (type === 'DELETED') this.objects.delete(uid);
    else this.objects.set(uid, object);
    this.notify();
  }

  private async followWarnings(): Promise<void> {
    const selection = { namespace: this.namespace, fieldSelector: 'type=Warning' };
    for await (const { object } of this.cluster.watch(EVENT, selection, this.signal)) {
      const { involved, view } = eventView(object);
      const known = this.events.get(involved) ?? new Map<string, EventView>();
      known.set(object.metadata.uid ?? object.metadata.name, view);
      this.events.set(involved, known);
      this.notify();
    }
  }

  private withoutWarnings(error: unknown): void {
    if (error instanceof Unreachable) this.fail(error);
    else if (!this.signal.aborted)
      this.log.warning(`without events, causes are told less exactly: ${messageOf(error)}`);
  }

  private fail(error: unknown): void {
    this.broken ??= error;
    this.notify();
  }

  private notify(): void {
    const waiting = this.wake;
    this.wake = [];
    for (const wake of waiting) wake();
  }
}

function isOf(object: KubeObject, kind: Kind): boolean {
  return object.kind === kind.kind && object.apiVersion === kind.apiVersion;
}

/** A stream may have brought a newer version while the read was on its way. Versions of one object are ordered. */
function isOlder(read: KubeObject, known: KubeObject | undefined): boolean {
  return Number(read.metadata.resourceVersion) < Number(known?.metadata.resourceVersion);
}

interface RawEvent {
  involvedObject?: { uid?: string; fieldPath?: string };
  reason?: string;
  message?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { lastObservedTime?: string };
}

function eventView(object: KubeObject): { involved: string; view: EventView } {
  const raw = object as RawEvent & KubeObject;
  const time = raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.eventTime ?? object.metadata.creationTimestamp;
  return {
    involved: raw.involvedObject?.uid ?? '',
    view: {
      reason: raw.reason ?? '',
      message: raw.message ?? '',
      at: Date.parse(time ?? '') || 0,
      container: /\{(.+)\}/.exec(raw.involvedObject?.fieldPath ?? '')?.[1],
    },
  };
}
