import type { Release } from '../../objects/release.ts';
import { carryOut } from '../apply/carry-out.ts';
import type { CheckedRequest } from '../apply/check.ts';
import { type Delivery, intentOf } from './delivery.ts';
import { outcomeOf } from './outcome.ts';
import type { DeliveryPorts } from './ports.ts';
import type { Prepared } from './prepare.ts';

/** Writes no object. Success means available, so it still waits for the objects. */
export async function confirmUnchanged(
  prepared: Prepared,
  good: Release,
  checked: CheckedRequest,
  ports: DeliveryPorts,
): Promise<Delivery> {
  const intent = intentOf(prepared);
  const report = await carryOut({ ...checked, jobs: [], observe: true }, ports);
  if (report.error) return { ...intent, report, outcome: outcomeOf(report), current: good, error: report.error };
  // Another commit with the same digest: from now on nothing older than this commit may replace the release.
  const { commit, actor, run } = prepared.plan;
  const current = { ...good, commit, actor, run };
  if (commit !== good.commit) await prepared.records.update(current);
  const releases = intent.releases.map((release) => (release.revision === current.revision ? current : release));
  return { ...intent, report, releases, outcome: 'unchanged', current };
}
