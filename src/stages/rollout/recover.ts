import type { SlipwayError } from '../../errors.ts';
import { Cancelled } from '../../errors.ts';
import type { Release } from '../../objects/release.ts';
import type { SchemaChange } from '../../objects/schema-version/comparing-job.ts';
import { decideRollback } from '../../plan/rollback-decision.ts';
import { schemaVerdict } from '../../plan/schema-verdict.ts';
import type { CheckedRequest } from '../apply/check.ts';
import type { RollOutReport } from '../apply/request.ts';
import { removeUnstarted } from '../apply/unstarted-jobs.ts';
import type { Steps } from '../steps.ts';
import { type Delivery, intentOf } from './delivery.ts';
import { goBack } from './go-back.ts';
import { outcomeOf } from './outcome.ts';
import type { DeliveryPorts } from './ports.ts';
import type { Prepared } from './prepare.ts';
import { putBack } from './put-back.ts';
import { hooksNotRun } from './release-hooks.ts';
import { servingRelease } from './serving.ts';

/** A rollout that did not become ready. */
export interface FailedDelivery {
  prepared: Prepared;
  checked: CheckedRequest;
  report: RollOutReport;
  error: SlipwayError;
  /** undefined: not known. */
  schema: SchemaChange | undefined;
}

/**
 * Rolls back to the last good release, or reports why it does not. Never rejects: the error of the delivery names what
 * failed, and the release that the cluster serves afterwards.
 */
export async function recover(failed: FailedDelivery, ports: DeliveryPorts, steps: Steps): Promise<Delivery> {
  const { prepared, checked, report, error } = failed;
  const { plan, release, good } = prepared;
  const how = { ...report, outcome: report.outcome === 'ready' ? ('failed' as const) : report.outcome };
  const schema = schemaVerdict(failed.schema, release, good, prepared.releases);
  const decision = decideRollback(how, release, good, plan.onFailure, schema);
  const failure = { ...intentOf(prepared), report, outcome: outcomeOf(report) };
  if (report.outcome === 'unknown') {
    return { ...failure, current: undefined, error: explain(error, 'stay' in decision ? [decision.stay] : []) };
  }
  const removed = removeUnstarted(
    checked.jobs.map(({ object }) => object),
    ports,
  ).then((lines) => [...lines, ...hooksNotRun(checked, report)]);
  if ('stay' in decision) {
    const sentences = [decision.stay, ...(await removed)];
    const current = report.wrote ? await serving(prepared, report, ports) : good;
    return { ...failure, current, error: explain(error, sentences, decision.remedy) };
  }
  if (report.outcome === 'cancelled') {
    const back = await steps.run('roll back', () => putBack(prepared, decision.to, ports));
    const current = back.complete ? good : undefined;
    return { ...failure, current, error: explain(error, [...back.sentences, ...(await removed)]) };
  }
  const why = decision.why === undefined ? [] : [decision.why];
  const sentences = await removed;
  const back = await steps.run('roll back', () => goBack(prepared, decision.to, ports));
  const current = back.outcome === 'rolled-back' ? good : await serving(prepared, report, ports);
  return {
    ...failure,
    leftovers: back.leftovers,
    outcome: back.outcome,
    current: back.outcome === 'unknown' ? undefined : current,
    error: explain(error, [...back.sentences, ...why, ...sentences]),
  };
}

/** Reads the serving release from the cluster: the records do not show how far a failed release got. */
async function serving(
  { release, releases }: Prepared,
  report: RollOutReport,
  ports: DeliveryPorts,
): Promise<Release | undefined> {
  if (report.outcome === 'cancelled') return undefined;
  return servingRelease([...releases, release], ports);
}

/** The error with the measures taken: after the line with the time of the failure, before events and logs. */
function explain(error: SlipwayError, sentences: readonly string[], remedy?: string): SlipwayError {
  const [seen, ...rest] = error.details;
  const first = seen === undefined || error instanceof Cancelled;
  return error.with({
    details: first ? [...sentences, ...error.details] : [seen, ...sentences, ...rest],
    ...(remedy === undefined ? {} : { remedy: [error.remedy, remedy].filter(Boolean).join(' ') }),
  });
}
