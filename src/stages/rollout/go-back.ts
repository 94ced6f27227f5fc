import { messageOf } from '../../errors.ts';
import { type Release, releaseId } from '../../plan/release.ts';
import { humanDuration } from '../../text/duration.ts';
import { carryOut } from './carry-out.ts';
import { type CheckedRequest, check } from './check.ts';
import type { DeliveryPorts } from './ports.ts';
import { type Prepared, requestFor } from './prepare.ts';
import { type Leftover, leftovers, prune } from './prune.ts';

export interface WentBack {
  /** The release before was seen to work again. */
  works: boolean;
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
    const request = await requestFor(prepared.plan, { objects: to.objects, jobs: [] }, ports);
    const checked = await check(request, ports.cluster);
    const report = await carryOut(checked, ports);
    if (report.outcome !== 'ready') return { works: false, sentences: failure(name, report.error), leftovers: [] };
    const sentences = [`rolled back to ${name}, ready after ${humanDuration(report.ms)}`];
    return { works: true, sentences, leftovers: await removeAdded(prepared, checked, ports) };
  } catch (error) {
    return { works: false, sentences: failure(name, error), leftovers: [] };
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

function failure(name: string, error: unknown): string[] {
  const details = (error as { details?: readonly string[] } | undefined)?.details ?? [];
  return [`ROLLBACK FAILED: ${name} does not work either: ${messageOf(error)}`, ...details.map((line) => `  ${line}`)];
}
