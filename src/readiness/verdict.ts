import type { KubeObject, ObjectRef } from '../ports.ts';

/** The container whose log explains more. */
export interface Culprit {
  pod: ObjectRef;
  container: string;
  /** Read the log of the previous container: after a crash, it holds the cause. */
  previous: boolean;
}

/** Not ready, and time alone may change that. */
export interface Waiting {
  state: 'waiting';
  /** One sentence, without the object's name. */
  reason: string;
  /** What to change if the wait does not end. */
  remedy?: string;
  culprit?: Culprit;
}

export interface Ready {
  state: 'ready';
  reason: string;
  /** Milliseconds after the write before which this does not count: nothing in the object says which version it describes. */
  afterMs?: number;
  /** Milliseconds for which the object must stay ready. */
  heldMs?: number;
  /** Ready, with something that a person should know. */
  warning?: string;
}

/** Time alone cannot make it ready. */
export interface Failed {
  state: 'failed';
  reason: string;
  remedy: string;
  culprit?: Culprit;
  /** Milliseconds for which the failure must last: some failures pass while caches catch up. */
  graceMs: number;
  /** A Secret or a ConfigMap is missing, and an operator may create it. */
  mayCome?: true;
  /** May describe an earlier version. Until `ms` after the write, `verdict` counts instead. */
  before?: { ms: number; verdict: Waiting };
}

/** The answer of every readiness function. */
export type Verdict = Waiting | Ready | Failed;

/** The last known objects and warnings around the object that is judged. */
export interface Surroundings {
  /** Objects of a kind whose controller is the object with this uid. */
  ownedBy(uid: string | undefined, kind: string): readonly KubeObject[];
  /** Warnings about the object with this uid, oldest first. */
  warnings(uid: string | undefined): readonly EventView[];
  /** Warnings about the object of this kind and name, oldest first: for an object whose uid is not known. */
  warningsNamed(kind: string, name: string): readonly EventView[];
}

/** For an object that is judged without its surroundings. */
export const ALONE: Surroundings = { ownedBy: () => [], warnings: () => [], warningsNamed: () => [] };

/** The fields of an Event that are read. */
export interface EventView {
  reason: string;
  message: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** The container of the pod; undefined when the event is about the whole object. */
  container: string | undefined;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  observedGeneration?: number;
}

export const waiting = (reason: string, more: Omit<Waiting, 'state' | 'reason'> = {}): Waiting => ({
  state: 'waiting',
  reason,
  ...more,
});

export const ready = (reason: string, warning?: string): Ready => ({
  state: 'ready',
  reason,
  ...(warning ? { warning } : {}),
});

export const failed = (
  reason: string,
  remedy: string,
  more: { graceMs?: number; mayCome?: true; before?: Failed['before']; culprit?: Culprit | undefined } = {},
): Failed => ({
  state: 'failed',
  reason,
  remedy,
  graceMs: more.graceMs ?? 0,
  ...(more.mayCome ? { mayCome: true } : {}),
  ...(more.before ? { before: more.before } : {}),
  ...(more.culprit ? { culprit: more.culprit } : {}),
});

/** The condition of this type, if there is one. */
export function condition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((one) => one.type === type);
}

/** The reason of a wait for a controller of Kubernetes itself. */
export const UNOBSERVED = 'its controller has not observed the new version yet';

/** True until the controller has observed the present generation of the object. */
export function unobserved(object: KubeObject): boolean {
  const status = (object.status ?? {}) as { observedGeneration?: number };
  return (status.observedGeneration ?? 0) < (object.metadata.generation ?? 0);
}
