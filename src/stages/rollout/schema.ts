import { messageOf } from '../../errors.ts';
import { refOf } from '../../objects/ref.ts';
import { type SchemaChange, schemaChangeOf } from '../../objects/schema-version/comparing-job.ts';
import type { KubeObject } from '../../ports.ts';
import { podView, statusesOf } from '../../readiness/pod-view.ts';
import { podsOf } from '../apply/earlier-jobs.ts';
import type { DeliveryPorts } from './ports.ts';

/**
 * The version of the schema before and after a migration, from the message of its container. Never rejects.
 * @returns undefined where the Job did not compare, or its pod is gone
 */
export async function schemaChangeBy(
  job: KubeObject | undefined,
  { cluster, log, signal }: DeliveryPorts,
): Promise<SchemaChange | undefined> {
  if (job === undefined || signal.aborted) return undefined;
  try {
    const live = await cluster.get(refOf(job));
    const pods = live ? await podsOf(live, cluster) : [];
    const messages = pods.flatMap((pod) => statusesOf(podView(pod)).map(({ state }) => state?.terminated?.message));
    return messages.map(schemaChangeOf).find((change) => change !== undefined);
  } catch (error) {
    log.info(`whether the migration changed the schema is not known: ${messageOf(error)}`);
    return undefined;
  }
}
