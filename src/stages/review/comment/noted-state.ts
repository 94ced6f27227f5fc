import { messageOf } from '../../../errors.ts';
import { ANNOTATIONS } from '../../../objects/names.ts';
import { ownerSelector } from '../../../plan/review/environment/owner.ts';
import type { ReviewUpPlan } from '../../../plan/review-plan.ts';
import type { Cluster } from '../../../ports.ts';
import type { ReviewState } from '../../../report/review-state.ts';
import type { Site } from '../../site.ts';
import { annotate } from '../environment/annotate.ts';
import { namespaceRef } from '../environment/namespace.ts';
import type { ReviewPorts } from '../ports.ts';

/** The part of a state to note: nothing that a pod wrote, and nothing that holds for one run only. */
function noted(state: ReviewState): string {
  const { failure: _, answer: _1, steps: _2, waiting: _3, ...kept } = state;
  return JSON.stringify({ ...kept, ms: 0 });
}

/**
 * Notes the state on the namespace, so that a command or the reaper can report it again.
 * @returns false if the environment is no longer the one of this run: it was removed, or another run deployed
 */
export async function noteState(plan: ReviewUpPlan, state: ReviewState, ports: ReviewPorts): Promise<boolean> {
  if (state.cluster === '' || ports.signal.aborted) return true;
  try {
    const cluster = await ports.connect();
    const live = await cluster.get(namespaceRef(plan.namespace));
    const isOurs = (live?.metadata.annotations?.[ANNOTATIONS.run] ?? '') === plan.run;
    if (state.phase === 'ready' && !isOurs) return false;
    // A refused deploy of an environment that is there leaves its end as it was.
    const expiresAt = state.expiresAt ?? live?.metadata.annotations?.[ANNOTATIONS.expiresAt];
    const note = { [ANNOTATIONS.state]: noted({ ...state, expiresAt }) };
    const written = live && (await annotate(plan.namespace, live.metadata.uid, () => note, cluster));
    return written !== undefined || state.phase !== 'ready';
  } catch (error) {
    ports.log.info(`the state of the environment was not noted: ${messageOf(error)}`);
    return true;
  }
}

/** Notes the result of a command in the noted state, which the next command reports. */
export async function notePhase(
  { name, uid }: { name: string; uid: string },
  phase: 'ready' | 'failed',
  { cluster, log }: Pick<Site, 'cluster' | 'log'>,
): Promise<void> {
  try {
    const phased = (before: Readonly<Record<string, string>>): Record<string, string> => {
      const known = notedState(before);
      return known ? { [ANNOTATIONS.state]: noted({ ...known, phase, answers: phase === 'ready' }) } : {};
    };
    await annotate(name, uid, phased, cluster);
  } catch (error) {
    log.info(`the state of the environment was not noted: ${messageOf(error)}`);
  }
}

/** The noted state; undefined without one, or with one of another version. */
export function notedState(annotations: Readonly<Record<string, string>>): ReviewState | undefined {
  try {
    const { image, ...state } = JSON.parse(annotations[ANNOTATIONS.state] ?? '') as ReviewState & { image?: string };
    const whole = typeof state.app === 'string' && typeof state.url === 'string' && Array.isArray(state.parts);
    // Earlier versions noted the one image as `image`.
    const images = state.images ?? (image ? { [state.app]: image } : {});
    return whole ? { ...state, images, steps: [], failure: undefined, notes: state.notes ?? [] } : undefined;
  } catch {
    return undefined;
  }
}

/** The noted states of all environments of a pull request; none if the cluster cannot be read. */
export async function notedStates(
  whose: Parameters<typeof ownerSelector>[0],
  cluster: () => Promise<Cluster>,
  log: ReviewPorts['log'],
): Promise<ReviewState[]> {
  try {
    const labelSelector = ownerSelector({ ...whose, variant: undefined });
    const listed = await (await cluster()).list({ apiVersion: 'v1', kind: 'Namespace' }, { labelSelector });
    return listed.flatMap(({ metadata: { annotations = {}, deletionTimestamp } }) =>
      deletionTimestamp === undefined ? (notedState(annotations) ?? []) : [],
    );
  } catch (error) {
    log.debug(`the states of other environments were not read: ${messageOf(error)}`);
    return [];
  }
}
