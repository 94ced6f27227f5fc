import { messageOf } from '../../errors.ts';
import { hasPartition, keptBack } from '../../objects/partitioned.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { type Release, releaseId } from '../../objects/release.ts';
import type { SchemaChange } from '../../objects/schema-version/comparing-job.ts';
import type { Outcome } from '../../outcome.ts';
import { carryOut } from '../apply/carry-out.ts';
import type { CheckedRequest } from '../apply/check.ts';
import type { RollOutReport } from '../apply/request.ts';
import type { Steps } from '../steps.ts';
import { type Delivery, intentOf } from './delivery.ts';
import { forgetInHelm } from './helm.ts';
import { applyNamespace } from './namespace-change.ts';
import type { DeliveryPorts } from './ports.ts';
import type { Prepared } from './prepare.ts';
import { prune } from './prune.ts';
import type { Records } from './records.ts';
import { recover } from './recover.ts';
import { schemaChangeBy } from './schema.ts';
import { createSecretEnv, pruneSecretEnv } from './secret-env.ts';
import { takeBackReplicas } from './take-back-replicas.ts';

/** Records the release, writes it, waits for it, and records how it ended. */
export async function rollOutRelease(
  prepared: Prepared,
  checked: CheckedRequest,
  ports: DeliveryPorts,
  steps: Steps,
): Promise<Delivery> {
  const { release, records, releases } = prepared;
  if (prepared.namespace) await applyNamespace(prepared.namespace, release, ports.cluster);
  await createSecretEnv(prepared.newSecretEnv, ports.cluster);
  await records.begin(release);
  const report = await carryOut(checked, ports);
  steps.list.push(...report.steps);
  const compares = report.wroteWorkloads && prepared.plan.schemaVersion !== undefined;
  const schema = compares ? await schemaChangeBy(checked.jobs[0]?.object, ports) : undefined;
  const partial = report.error ? [] : await partialWorkloads(release, ports);
  const ended = (outcome: Outcome): Release => {
    const finishedAt = new Date(ports.clock.now()).toISOString();
    return {
      ...withSchema(release, schema, releases),
      outcome,
      finishedAt,
      ...(partial.length > 0 ? { partial } : {}),
    };
  };
  // A cancelled run has only seconds: the record is written during the rollback.
  const early = report.outcome === 'cancelled' ? record(records, ended('cancelled'), releases, ports) : undefined;
  const end = report.error
    ? await recover({ prepared, checked, report, error: report.error, schema }, ports, steps)
    : await finish(prepared, report, ports, steps);
  const recorded = ended(end.outcome);
  // No second wait for a cluster that does not answer, and no write while another run holds the Lease.
  if (end.outcome !== 'unknown') await (early ?? record(records, recorded, releases, ports));
  const isCurrent = end.outcome === 'succeeded' || end.current?.revision === recorded.revision;
  return { ...end, releases: [...releases, recorded], current: isCurrent ? recorded : end.current };
}

/** The record with the version of the schema; that of an earlier release with the same migration, if it did not run again. */
function withSchema(release: Release, change: SchemaChange | undefined, releases: readonly Release[]): Release {
  const same = releases.find(({ migration, schema }) => schema !== undefined && migration === release.migration);
  const schema = change?.after ?? same?.schema;
  return schema === undefined ? release : { ...release, schema };
}

/** Of a StatefulSet with a partition, some pods stay on the revision before: a promotion must not take it for tested. */
async function partialWorkloads({ objects }: Release, { cluster, log }: DeliveryPorts): Promise<string[]> {
  try {
    const lives = await Promise.all(objects.filter(hasPartition).map((object) => cluster.get(refOf(object))));
    return lives.flatMap((live) => {
      const kept = live && keptBack(live);
      return live && kept ? [`${shortName(refOf(live))}: ${kept}`] : [];
    });
  } catch (error) {
    log.warning(`which pods a partition keeps back could not be read: ${messageOf(error)}`);
    return [];
  }
}

/** Deletes what the release no longer contains, now that it is ready. */
async function finish(
  prepared: Prepared,
  report: RollOutReport,
  ports: DeliveryPorts,
  steps: Steps,
): Promise<Delivery> {
  const leftovers = await steps.run('prune', () => prune(prepared.leftovers, ports));
  const { release, releases, good, plan } = prepared;
  await takeBackReplicas(release.objects, leftovers, releases, ports);
  await pruneSecretEnv(release, { before: good, releases }, plan, ports);
  await forgetInHelm(prepared.helmRecords, ports);
  return { ...intentOf(prepared), report, leftovers, outcome: 'succeeded', current: prepared.release };
}

/**
 * A record that cannot be written changes nothing about what happened: it is a warning. Old records are deleted at the same
 * time, chosen as if this release had not succeeded: a run that is killed between the two requests leaves the record of the
 * last release that worked.
 */
async function record(records: Records, ended: Release, releases: Release[], { log }: DeliveryPorts): Promise<void> {
  const warned = async (work: Promise<void>, what: string) => {
    await work.catch((error: unknown) => log.warning(`${what}: ${messageOf(error)}`));
  };
  const id = releaseId(ended);
  await Promise.all([
    warned(records.update(ended), `${id} could not be recorded as ${ended.outcome}`),
    ended.outcome === 'succeeded' &&
      warned(
        records.prune([...releases, { ...ended, outcome: 'pending' }]),
        'records of old releases could not be deleted',
      ),
  ]);
}
