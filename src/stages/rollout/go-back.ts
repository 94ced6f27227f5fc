import { messageOf } from '../../errors.ts';
import { type Release, releaseId } from '../../plan/release.ts';
import { humanDuration } from '../../text/duration.ts';
import { carryOut } from './carry-out.ts';
import { check } from './check.ts';
import type { DeliveryPorts } from './ports.ts';
import { type Prepared, requestFor } from './prepare.ts';

export interface WentBack {
  /** The release before was seen to work again. */
  works: boolean;
  /** What happened, for a person. */
  sentences: string[];
}

/** Applies the objects of an earlier release and waits for them by the same rules as for any rollout. Never rejects. */
export async function goBack(prepared: Prepared, to: Release, ports: DeliveryPorts): Promise<WentBack> {
  const name = `${releaseId(to)} (${to.image})`;
  ports.log.info(`rolling back to ${name} …`);
  try {
    const request = await requestFor(prepared.plan, { objects: to.objects, jobs: [] }, ports);
    const report = await carryOut(await check(request, ports.cluster), ports);
    if (report.outcome === 'ready') {
      return { works: true, sentences: [`rolled back to ${name}, ready after ${humanDuration(report.ms)}`] };
    }
    return { works: false, sentences: failure(name, report.error) };
  } catch (error) {
    return { works: false, sentences: failure(name, error) };
  }
}

function failure(name: string, error: unknown): string[] {
  const details = (error as { details?: readonly string[] } | undefined)?.details ?? [];
  return [`ROLLBACK FAILED: ${name} does not work either: ${messageOf(error)}`, ...details.map((line) => `  ${line}`)];
}
