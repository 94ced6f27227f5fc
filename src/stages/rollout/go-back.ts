import { messageOf, OutcomeUnknown, SlipwayError, Unreachable } from '../../errors.ts';
import { byPhase, PHASES } from '../../objects/phases.ts';
import { type Release, releaseId } from '../../objects/release.ts';
import { humanDuration } from '../../text/duration.ts';
import { carryOut } from '../apply/carry-out.ts';
import { type CheckedRequest, check } from '../apply/check.ts';
import { inPool } from '../pool.ts';
import { resolveImage } from './image.ts';
import type { DeliveryPorts } from './ports.ts';
import { type Prepared, requestFor } from './prepare.ts';
import { type Leftover, leftovers, prune } from './prune.ts';

export interface WentBack {
  /** `rolled-back`: the release before was seen to work again. */
  outcome: 'rolled-back' | 'failed' | 'unknown';
  /** What happened, for a person. */
  sentences: string[];
  /** What the failed release had added, and the earlier one has not. */
  leftovers: Leftover[];
}

/** Applies the objects of an earlier release and waits for them by the same rules as for any rollout. Never rejects. */
export async function goBack(prepared: Prepared, to: Release, ports: DeliveryPorts): Promise<WentBack> {
  const name = `${releaseId(to)} (${to.image})`;
  ports.log.info(`rolling back to ${name} …`);
  try {
    // What no node can pull any more would only take down what still serves.
    await resolveImage(to.image, ports);
    const request = await requestFor(prepared.plan, { objects: to.objects, jobs: [] }, ports);
    const checked = await check(request, ports.cluster);
    const report = await carryOut(checked, ports);
    if (report.outcome === 'cancelled') {
      return { outcome: 'failed', sentences: [await putBack(prepared, to, ports)], leftovers: [] };
    }
    if (report.outcome !== 'ready') return failure(name, report.error);
    const sentences = [`rolled back to ${name}, ready after ${humanDuration(report.ms)}`];
    return { outcome: 'rolled-back', sentences, leftovers: await removeAdded(prepared, checked, ports) };
  } catch (error) {
    return failure(name, error);
  }
}

/** Milliseconds for it: the runner lets a cancelled process live for seconds. */
const PUT_BACK_MS = 2_500;

/**
 * For a cancelled run, which has no time to wait: writes the objects of an earlier release again, and leaves it to Kubernetes
 * to bring them up. Never rejects.
 * @returns what was done, for a person
 */
export async function putBack({ plan }: Prepared, to: Release, ports: DeliveryPorts): Promise<string> {
  const name = `${releaseId(to)} (${to.image})`;
  const late = AbortSignal.timeout(PUT_BACK_MS);
  let written = 0;
  try {
    const { objects, fieldManager } = await requestFor(plan, { objects: to.objects, jobs: [] }, ports);
    const phases = byPhase(objects);
    for (const phase of PHASES) {
      await inPool(phases[phase], async (object) => {
        if (late.aborted) throw new Error('there was no more time');
        await ports.cluster.apply(object, { fieldManager });
        written += 1;
      });
    }
    return `rolled back to ${name}: its objects were written again; whether they become ready was not waited for`;
  } catch (error) {
    return `ROLLBACK INCOMPLETE: ${written} of ${to.objects.length} objects of ${name} were written again: ${messageOf(error)}`;
  }
}

async function removeAdded(
  { release, releases }: Prepared,
  { objects }: CheckedRequest,
  ports: DeliveryPorts,
): Promise<Leftover[]> {
  try {
    return await prune(await leftovers(release, [...releases, release], objects, ports), ports);
  } catch (error) {
    ports.log.warning(`what the failed release had added was not removed: ${messageOf(error)}`);
    return [];
  }
}

function failure(name: string, error: unknown): WentBack {
  const { details = [], remedy } = error instanceof SlipwayError ? error : {};
  const isUnknown = error instanceof OutcomeUnknown || error instanceof Unreachable;
  const told = isUnknown
    ? `ROLLBACK NOT FINISHED: whether ${name} works again is not known: ${messageOf(error)}`
    : `ROLLBACK FAILED: ${name} does not work either: ${messageOf(error)}`;
  const advice = remedy ? [`  what to do: ${remedy}`] : [];
  const sentences = [told, ...advice, ...details.map((line) => `  ${line}`)];
  return { outcome: isUnknown ? 'unknown' : 'failed', sentences, leftovers: [] };
}
