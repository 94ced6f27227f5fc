import { messageOf, Unreachable } from '../../errors.ts';
import type { Clock, Cluster, Kind, KubeObject, Log, Selection, WatchEvent } from '../../ports.ts';
import type { EventView, Surroundings } from '../../readiness/verdict.ts';

const EVENT: Kind = { apiVersion: 'v1', kind: 'Event' };
/** Milliseconds; a stream may stay open and silent although things change. */
const SILENT_MS = 10_000;

/**
 * The last known objects and warnings of a namespace, from one stream for each kind, regardless of the number of objects.
 * Each change wakes every wait. During a wait it reads a kind with a silent stream again every 10 s.
 */
export class NamespaceWatch implements Surroundings {
  private readonly cluster: Cluster;
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly namespace: string;
  private readonly signal: AbortSignal;
  private readonly watched = new Map<string, Kind>();
  private readonly objects = new Map<string, KubeObject>();
  private readonly events = new Map<string, Warning>();
  /** When a kind was last heard of, by its stream or by a read; milliseconds since the epoch. */
  private readonly heardAt = new Map<Kind, number>();
  private warningsEnded = false;
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

  /** Starts to watch these kinds, each once, and warnings. */
  add(kinds: readonly Kind[]): void {
    for (const kind of kinds) {
      if (this.once(kind)) void this.follow(kind).catch((error) => this.fail(error));
    }
    // Warnings improve a diagnosis. Without permission to read them, the rollout is judged without them.
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
    return uid === undefined ? [] : this.warningsWhere((about) => about.uid === uid);
  }

  warningsNamed(kind: string, name: string): EventView[] {
    return this.warningsWhere((about) => about.kind === kind && about.name === name);
  }

  private warningsWhere(is: (about: Warning['about']) => boolean): EventView[] {
    const found = [...this.events.values()].filter(({ about }) => is(about));
    return found.map(({ view }) => view).sort((a, b) => a.at - b.at);
  }

  /**
   * Resolves with the next change, after `ms` at the latest.
   * @throws the error that ended a stream for good; the signal's reason
   */
  async next(ms: number, signal: AbortSignal): Promise<void> {
    this.check();
    this.readSilent();
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
   * Reads every kind that is watched, so that the known state is the state of the cluster, whatever the streams delivered.
   * Warnings only explain, and are not read.
   * @throws an Unreachable when the cluster does not answer for too long
   */
  async read(): Promise<void> {
    await Promise.all([...this.watched.values()].filter((kind) => kind !== EVENT).map((kind) => this.readKind(kind)));
    this.check();
  }

  /** Reads the kinds with silent streams concurrently, in the background: no wait depends on a slow answer. */
  private readSilent(): void {
    const now = this.clock.now();
    for (const kind of this.watched.values()) {
      if (now - (this.heardAt.get(kind) ?? now) < SILENT_MS) continue;
      this.heardAt.set(kind, now);
      if (kind !== EVENT) {
        void this.readKind(kind).then(
          () => this.notify(),
          (error) => this.fail(error),
        );
      } else if (!this.warningsEnded) void this.readWarnings().catch((error) => this.withoutWarnings(error));
    }
  }

  private async readKind(kind: Kind): Promise<void> {
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
    this.heardAt.set(kind, this.clock.now());
    return true;
  }

  private async follow(kind: Kind): Promise<void> {
    for await (const event of this.cluster.watch(kind, await this.selection(kind), this.signal)) {
      this.heardAt.set(kind, this.clock.now());
      this.take(event);
    }
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
    for await (const { object } of this.cluster.watch(EVENT, this.warningSelection(), this.signal)) {
      this.heardAt.set(EVENT, this.clock.now());
      this.takeWarning(object);
    }
  }

  private async readWarnings(): Promise<void> {
    for (const object of await this.cluster.list(EVENT, this.warningSelection())) this.takeWarning(object);
  }

  private warningSelection(): Selection {
    return { namespace: this.namespace, fieldSelector: 'type=Warning' };
  }

  private takeWarning(object: KubeObject): void {
    this.events.set(object.metadata.uid ?? object.metadata.name, warningOf(object));
    this.notify();
  }

  private withoutWarnings(error: unknown): void {
    if (error instanceof Unreachable) this.fail(error);
    else if (!this.signal.aborted && !this.warningsEnded) {
      this.log.warning(`causes of a failure are less exact without events: ${messageOf(error)}`);
    }
    this.warningsEnded = true;
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

/** A stream may deliver a newer version while a read is on its way. Versions of one object are ordered. */
function isOlder(read: KubeObject, known: KubeObject | undefined): boolean {
  return Number(read.metadata.resourceVersion) < Number(known?.metadata.resourceVersion);
}

interface RawEvent {
  involvedObject?: { kind?: string; name?: string; uid?: string; fieldPath?: string };
  reason?: string;
  message?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { lastObservedTime?: string };
}

/** A warning, and the object that it is about. */
interface Warning {
  about: { kind: string; name: string; uid: string };
  view: EventView;
}

function warningOf(object: KubeObject): Warning {
  const { involvedObject = {}, reason = '', message = '', ...raw } = object as RawEvent & KubeObject;
  const { kind = '', name = '', uid = '', fieldPath = '' } = involvedObject;
  const time = raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.eventTime ?? object.metadata.creationTimestamp;
  const container = /\{([^{}]+)\}/.exec(fieldPath)?.[1];
  return { about: { kind, name, uid }, view: { reason, message, at: Date.parse(time ?? '') || 0, container } };
}
