import { messageOf, OutcomeUnknown, SlipwayError, Unreachable } from '../../errors.ts';
import { imageWords } from '../../objects/images.ts';
import { isJob } from '../../objects/once-job.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { type Release, releaseId } from '../../objects/release.ts';
import { humanDuration } from '../../text/duration.ts';
import { carryOut } from '../apply/carry-out.ts';
import { type CheckedRequest, checkEach, type RefusedObject } from '../apply/check.ts';
import type { RollOutReport } from '../apply/request.ts';
import { removeUnfinished } from '../apply/unstarted-jobs.ts';
import { resolveReleaseImages } from './image.ts';
import type { DeliveryPorts } from './ports.ts';
import type { Prepared } from './prepare.ts';
import { type Leftover, leftovers, prune } from './prune.ts';
import { putBack } from './put-back.ts';
import { rolloutRequest } from './rollout-request.ts';
import { takeBackReplicas } from './take-back-replicas.ts';

export interface WentBack {
  /** `rolled-back`: the release before was seen to work again. */
  outcome: 'rolled-back' | 'failed' | 'unknown';
  /** What happened, for a person. */
  sentences: string[];
  /** What the failed release had added, and the earlier one does not contain. */
  leftovers: Leftover[];
}

/**
 * Writes the objects of an earlier release again and waits for them by the rules of any rollout. Omits its Jobs, which have
 * run already. An object that the server refuses does not change, and does not block the others. Never rejects.
 */
export async function goBack(prepared: Prepared, to: Release, ports: DeliveryPorts): Promise<WentBack> {
  ports.log.info(`rolling back to ${nameOf(to)} …`);
  let begun = false;
  try {
    // An image that no node can pull any more would only take down what still serves.
    await resolveReleaseImages(to.images, ports);
    const objects = to.objects.filter((object) => !isJob(object));
    const request = await rolloutRequest(prepared.plan, { objects, jobs: [] }, ports);
    const { checked, refusals } = await checkEach(request, ports.cluster);
    begun = true;
    const ended = await removeUnfinished(prepared.release.objects.filter(isJob), ports);
    const report = await carryOut(checked, ports);
    if (report.outcome === 'cancelled') {
      const { sentences } = await putBack(prepared, to, ports);
      return { outcome: 'failed', sentences, leftovers: [] };
    }
    if (report.error) return notReady(to, report.error);
    const left = await removeAdded(prepared, to, checked, ports);
    const back = refusals.some(({ object }) => !mayStay(object))
      ? incomplete(prepared.release, to, checked, refusals)
      : complete(prepared.release, to, report, refusals);
    return { ...back, sentences: [...back.sentences, ...ended], leftovers: left };
  } catch (error) {
    return begun ? notReady(to, error) : notBegun(to, error);
  }
}

/** A claim that has grown does not shrink: it holds the same data for the earlier release. */
function mayStay({ kind }: RefusedObject['object']): boolean {
  return kind === 'PersistentVolumeClaim';
}

type Back = Omit<WentBack, 'leftovers'>;

function complete(failed: Release, to: Release, { ms }: RollOutReport, refusals: readonly RefusedObject[]): Back {
  const ready = `rolled back to ${nameOf(to)}, ready after ${humanDuration(ms)}`;
  return { outcome: 'rolled-back', sentences: [ready, ...refusals.flatMap((one) => staying(failed, one))] };
}

function incomplete(failed: Release, to: Release, checked: CheckedRequest, refusals: readonly RefusedObject[]): Back {
  const written = checked.objects.length;
  const all = written + refusals.length;
  const sentence = `ROLLBACK INCOMPLETE: ${written} of ${all} objects of ${nameOf(to)} were written again and are ready`;
  return { outcome: 'failed', sentences: [sentence, ...refusals.flatMap((one) => staying(failed, one))] };
}

function staying(failed: Release, { object, error }: RefusedObject): string[] {
  const remedy = error.remedy ? [`    what to do: ${error.remedy}`] : [];
  const details = error.details.map((line) => `    ${line}`);
  return [
    `  ${shortName(refOf(object))} stays as ${releaseId(failed)} wrote it: ${error.message}`,
    ...remedy,
    ...details,
  ];
}

async function removeAdded(
  { release, releases, plan }: Prepared,
  to: Release,
  checked: CheckedRequest,
  ports: DeliveryPorts,
): Promise<Leftover[]> {
  try {
    const all = [...releases, release];
    const left = await leftovers(plan, all, { wanted: to.objects, checked: checked.objects }, ports);
    const removed = await prune(left, ports);
    await takeBackReplicas(to.objects, removed, all, ports);
    return removed;
  } catch (error) {
    ports.log.warning(`what the failed release had added was not removed: ${messageOf(error)}`);
    return [];
  }
}

/** Nothing of the earlier release was written. */
function notBegun(to: Release, error: unknown): WentBack {
  return failure(to, `ROLLBACK NOT STARTED: no object of ${nameOf(to)} was written`, error);
}

function notReady(to: Release, error: unknown): WentBack {
  return failure(to, `ROLLBACK FAILED: ${nameOf(to)} was written again and did not become ready`, error);
}

function failure(to: Release, what: string, error: unknown): WentBack {
  const { details = [], remedy } = error instanceof SlipwayError ? error : {};
  const isUnknown = error instanceof OutcomeUnknown || error instanceof Unreachable;
  const sentence = isUnknown ? `ROLLBACK NOT FINISHED: whether ${nameOf(to)} works again is not known` : what;
  const advice = remedy ? [`  what to do: ${remedy}`] : [];
  const sentences = [`${sentence}: ${messageOf(error)}`, ...advice, ...details.map((line) => `  ${line}`)];
  return { outcome: isUnknown ? 'unknown' : 'failed', sentences, leftovers: [] };
}

function nameOf(release: Release): string {
  return `${releaseId(release)} (${imageWords(release.images)})`;
}
