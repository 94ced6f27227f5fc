import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { PreflightPlan } from '../../plan/preflight/preflight-plan.ts';
import type { LocalImage } from '../../ports.ts';
import { applyAccepted } from '../../preflight/accept.ts';
import { findingsFile, isKnown } from '../../preflight/baseline.ts';
import { distinct, type Finding, inOrder } from '../../preflight/finding.ts';
import { dialledIn } from '../../preflight/running/dialled.ts';
import { sarif } from '../../preflight/sarif.ts';
import { API_FILE, type ApiRecord, apiFile, compareApis } from '../../preflight/side-by-side/api-record.ts';
import { contractFindings } from '../../preflight/side-by-side/contracts.ts';
import { capacityPage } from '../../report/capacity-page.ts';
import type { StageResult } from '../../stage-result.ts';
import { writeServed } from '../apis/record.ts';
import { inPool } from '../pool.ts';
import { Steps } from '../steps.ts';
import { clearLeftovers } from '../test/scope.ts';
import { hourly } from './capacity-blocks.ts';
import type { PreflightPorts } from './ports.ts';
import { readImages } from './read-images.ts';
import type { Observed } from './result.ts';
import { preflightResult } from './result.ts';
import { runProcesses } from './run-processes.ts';

/**
 * Starts the processes of the app on this machine as Kubernetes will, and reports what will go wrong in the cluster.
 * @throws UserError for a missing image, EnvironmentError when the engine fails, the reason of a cancellation
 */
export async function runPreflight(plan: PreflightPlan, ports: PreflightPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  for (const note of plan.notes) ports.log.info(note);
  const [images] = await Promise.all([
    steps.run('find the image', () => findImages(plan, ports)),
    clearLeftovers(ports),
  ]);
  const reading = steps.run('read the images', () => readImages(plan, images, ports));
  // What the processes leave is removed before an error of the reading ends the stage.
  reading.catch(() => undefined);
  const { observed, findings } = await runProcesses(plan, images, steps, ports);
  const read = await reading;
  const dialled = new Set(observed.flatMap(({ facts }) => dialledIn(facts.output).hosts));
  const contracts = contractFindings(plan.sides, { live: plan.liveServices, dialled });
  const record = apisOf(observed);
  const apis = compareAll(plan, record);
  const all = inOrder(distinct([...plan.findings, ...read.findings, ...contracts, ...apis.findings, ...findings]));
  const today = new Date(ports.clock.now()).toISOString().slice(0, 10);
  const judged = applyAccepted(all, plan.accepts, today);
  const { baseline } = plan;
  const known = baseline === undefined ? [] : judged.counted.filter((one) => isKnown(one, baseline));
  const counted = judged.counted.filter((one) => !known.includes(one));
  await writeReport(plan, counted, all, ports);
  await ports.files.write(join(plan.reportDir, API_FILE), apiFile(record));
  await leaveServed(plan, images, observed, ports);
  const verdict = {
    ...judged,
    counted,
    known,
    notes: [...judged.notes, ...read.notes, ...apis.notes, ...plan.remarks],
    report: plan.reportDir,
  };
  return preflightResult(verdict, observed, plan.capacity, steps);
}

/** With what the default branch served, and with what environments serve. */
function compareAll({ apis, servedApis }: PreflightPlan, record: ApiRecord): ReturnType<typeof compareApis> {
  const compared = [
    compareApis(apis, record),
    ...[...servedApis].map(([environment, served]) => compareApis(served, record, environment)),
  ];
  return {
    findings: compared.flatMap((one) => one.findings),
    notes: [...new Set(compared.flatMap((one) => one.notes))],
  };
}

function apisOf(observed: readonly Observed[]): ApiRecord {
  return Object.fromEntries(
    observed.flatMap(({ plan: { kind, name }, facts: { api } }) =>
      api === undefined ? [] : [[`${kind} ${name}`, api]],
    ),
  );
}

/** What each image serves, for push-to-registry. */
async function leaveServed(
  { apisDir, sha }: PreflightPlan,
  images: ReadonlyMap<string, LocalImage>,
  observed: readonly Observed[],
  { files }: PreflightPorts,
): Promise<void> {
  if (apisDir === undefined) return;
  for (const [name, { id }] of images) {
    const apis = apisOf(observed.filter(({ plan }) => plan.image === name));
    if (Object.keys(apis).length > 0) await writeServed(files, apisDir, { image: id, name, commit: sha, apis });
  }
}

/** findings.json has all findings: a later run compares with what there is, accepted or not. */
async function writeReport(
  { reportDir, sha, configFile, capacity: week }: PreflightPlan,
  counted: readonly Finding[],
  all: readonly Finding[],
  { files }: PreflightPorts,
): Promise<void> {
  await files.write(join(reportDir, 'findings.json'), findingsFile(sha, all));
  await files.write(join(reportDir, 'findings.sarif'), sarif(counted, configFile));
  if (week === undefined) return;
  const page = capacityPage(week.capacity, hourly(week.capacity.week.cpu), week.remark);
  await files.write(join(reportDir, 'capacity.html'), page);
}

async function findImages(
  { images: wanted }: PreflightPlan,
  { images, containers, signal }: PreflightPorts,
): Promise<ReadonlyMap<string, LocalImage>> {
  const found = await inPool(Object.entries(wanted), async ([name, { reference, given }]) => {
    if (given) await containers.ensureImage(reference, signal);
    const image = await images.inspect(reference);
    if (image) return [name, image] as const;
    throw new UserError(`image ${reference} is not in this Docker engine`, {
      remedy:
        'Run build-image earlier in the same job, or give its output `image` (or a reference that can be pulled) as input `image`.',
    });
  });
  return new Map(found);
}
