import type { KubeObject, ObjectRef } from '../ports.ts';

/** Whose log tells more. */
export interface Culprit {
  pod: ObjectRef;
  container: string;
  /** The run before the present one: of a container that crashed, that is the one with the cause in it. */
  previous: boolean;
}

/** Something is not there yet, and may come by itself. */
export interface Waiting {
  state: 'waiting';
  /** One sentence, without the object's name. */
  reason: string;
  /** What to change, should it never come. */
  remedy?: string;
  culprit?: Culprit;
}

export interface Ready {
  state: 'ready';
  reason: string;
  /** Milliseconds since the write before which it is not believed: nothing in the object says of which version it speaks. */
  afterMs?: number;
  /** Milliseconds for which it has to stay ready before it is believed. */
  heldMs?: number;
  /** Ready, but with something that a person should know. */
  warning?: string;
}

/** It cannot become ready by waiting. */
export interface Failed {
  state: 'failed';
  reason: string;
  remedy: string;
  culprit?: Culprit;
  /** Milliseconds for which it must stay like this before it is believed: some failures pass while caches catch up. */
  graceMs: number;
  /** A Secret or a ConfigMap is missing: an operator may be about to make it. */
  mayCome?: true;
  /** It may be about an earlier version: so many milliseconds since the write it counts as this. */
  before?: { ms: number; verdict: Waiting };
}

/** What the readiness functions answer. */
export type Verdict = Waiting | Ready | Failed;

/** The objects around the one that is judged, as last seen. */
export interface Surroundings {
  /** Objects of a kind whose controller is the object with this uid. */
  ownedBy(uid: string | undefined, kind: string): readonly KubeObject[];
  /** Warnings about the object with this uid, oldest first. */
  warnings(uid: string | undefined): readonly EventView[];
}

/** The fields that are read of an Event. */
export interface EventView {
  reason: string;
  message: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Container of the pod that it is about; undefined when it is about the whole object. */
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

/** The condition of this type, when it is there. */
export function condition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((one) => one.type === type);
}

/** True when the controller has not yet looked at the object as it is now. */
export function unobserved(object: KubeObject): boolean {
  const status = (object.status ?? {}) as { observedGeneration?: number };
  return (status.observedGeneration ?? 0) < (object.metadata.generation ?? 0);
}
