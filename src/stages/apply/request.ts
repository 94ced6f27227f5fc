import type { SlipwayError } from '../../errors.ts';
import { FIELD_MANAGER } from '../../objects/names.ts';
import type { Clock, Cluster, Kind, KubeObject, Log, ObjectRef } from '../../ports.ts';
import type { Step } from '../../stage-result.ts';
import type { OnWaiting, Site } from '../site.ts';

/** What is to be in the cluster, and for how long to wait until it is. */
export interface RollOutRequest {
  /** Namespace of all namespaced objects; it must exist. */
  namespace: string;
  /** In any order: they are written by kind (definitions, configuration, workloads, the rest). */
  objects: readonly KubeObject[];
  /**
   * Jobs that must complete, one after the other, after the configuration and before the workloads are written. A Job that
   * has completed already (same name) does not run again; a failed Job is replaced.
   */
  jobs: readonly KubeObject[];
  /** Milliseconds from the first write until what is not ready counts as timed out. */
  deadlineMs: number;
  fieldManager: string;
  /** Slipway takes over the fields that other deployers manage, because a person requested it. */
  takeOver?: boolean;
  /**
   * In a dry run: whether the account may write objects of this kind, so that the server can validate them. Others are compared with
   * the live ones. Default: all.
   */
  mayTry?: ((kind: Kind) => boolean) | undefined;
  signal: AbortSignal;
  /** A sentence whenever something became ready or the reason of waiting changed. */
  onProgress(message: string): void;
  onWaiting?: OnWaiting | undefined;
}

/** A request whose progress is logged, and that ends with the site. Without a field manager: Slipway's own. */
export function requestFor(
  { log, signal, onWaiting }: Pick<Site, 'log' | 'signal' | 'onWaiting'>,
  wanted: Pick<RollOutRequest, 'namespace' | 'deadlineMs'> &
    Partial<Pick<RollOutRequest, 'objects' | 'jobs' | 'fieldManager' | 'takeOver' | 'mayTry'>>,
): RollOutRequest {
  const { objects = [], jobs = [], fieldManager = FIELD_MANAGER } = wanted;
  return { ...wanted, objects, jobs, fieldManager, signal, onProgress: (message) => log.info(message), onWaiting };
}

export interface RollOutPorts {
  cluster: Cluster;
  clock: Clock;
  log: Log;
}

/**
 * `unknown`: the API server could not be asked for longer than the outage budget. `waiting`: it was still waited for when
 * another object failed. `not-written`: the run ended before.
 */
export type ObjectOutcome = 'ready' | 'failed' | 'timed-out' | 'unknown' | 'cancelled' | 'waiting' | 'not-written';

export interface ObjectReport {
  ref: ObjectRef;
  outcome: ObjectOutcome;
  /** One sentence: why it is in this state. */
  reason: string;
  /** Ready, but with something that a person should know: nothing was verified, for example. */
  warning?: string;
  /** What the user can change; set when it is not ready. */
  remedy: string | undefined;
  /** Events and last log lines, neutralised; empty when ready. */
  diagnosis: string[];
  /** Milliseconds from the write until it was ready or given up. */
  ms: number;
}

export interface RollOutReport {
  /** The worst of all objects. */
  outcome: 'ready' | 'failed' | 'timed-out' | 'unknown' | 'cancelled';
  objects: ObjectReport[];
  /** Complete with details and remedy; absent when ready. */
  error?: SlipwayError;
  /** Something was written: before that a failure leaves the cluster as it was. */
  wrote: boolean;
  /** The workloads were written, so that new pods may have served. */
  wroteWorkloads: boolean;
  steps: Step[];
  ms: number;
}
