import { messageOf } from '../../errors.ts';
import { imageWords } from '../../objects/images.ts';
import { isJob } from '../../objects/once-job.ts';
import { byPhase, PHASES } from '../../objects/phases.ts';
import { type Release, releaseId } from '../../objects/release.ts';
import { inPool } from '../pool.ts';
import type { DeliveryPorts } from './ports.ts';
import type { Prepared } from './prepare.ts';
import { rolloutRequest } from './rollout-request.ts';

/** Milliseconds for it: the runner lets a cancelled process live for seconds. */
const PUT_BACK_MS = 2_500;

export interface PutBack {
  /** Every object was written again. */
  complete: boolean;
  /** What was done, for a person. */
  sentences: string[];
}

/**
 * Writes the objects of an earlier release again, for a cancelled run, which has no time to wait: Kubernetes brings them up.
 * Jobs have run with that release and are left out. An object that the server refuses does not keep the others from being
 * written. Never rejects.
 */
export async function putBack({ plan }: Pick<Prepared, 'plan'>, to: Release, ports: DeliveryPorts): Promise<PutBack> {
  const name = `${releaseId(to)} (${imageWords(to.images)})`;
  const late = AbortSignal.timeout(PUT_BACK_MS);
  const wanted = to.objects.filter((object) => !isJob(object));
  const problems: string[] = [];
  try {
    const { objects, fieldManager } = await rolloutRequest(plan, { objects: wanted, jobs: [] }, ports);
    const phases = byPhase(objects);
    for (const phase of PHASES) {
      await inPool(phases[phase], async (object) => {
        try {
          if (late.aborted) throw new Error('there was no more time');
          await ports.cluster.apply(object, { fieldManager });
        } catch (error) {
          problems.push(messageOf(error));
        }
      });
    }
  } catch (error) {
    return {
      complete: false,
      sentences: [`ROLLBACK INCOMPLETE: no object of ${name} was written: ${messageOf(error)}`],
    };
  }
  if (problems.length === 0) {
    return {
      complete: true,
      sentences: [
        `rolled back to ${name}: its objects were written again; whether they become ready was not waited for`,
      ],
    };
  }
  const written = wanted.length - problems.length;
  const different = [...new Set(problems)];
  return {
    complete: false,
    sentences: [
      `ROLLBACK INCOMPLETE: ${written} of ${wanted.length} objects of ${name} were written again: ${different[0]}`,
      ...different.slice(1).map((problem) => `  ${problem}`),
    ],
  };
}
