import { resolve } from 'node:path';
import { Secrets } from '../adapters/actions/secrets.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { rootOf } from '../adapters/git/checkout.ts';
import { visits } from '../adapters/http/visits.ts';
import type { Config } from '../config/schema.ts';
import { SlipwayError } from '../errors.ts';
import { DOCTOR_USAGE, type DoctorInputs, doctorInputs } from '../inputs/doctor.ts';
import { type Expected, expectedOf, refuseUnknownNames } from '../plan/doctor/expected.ts';
import { finder } from '../plan/doctor/finding.ts';
import type { DoctorReport, Finding } from '../plan/doctor/report.ts';
import { checkConfigFile } from '../plan/doctor/repository/files.ts';
import { type Library, slipwayJobs, type WorkflowFile } from '../plan/doctor/repository/workflow.ts';
import { doctorText } from '../report/doctor.ts';
import { clusterTasks } from '../stages/doctor/cluster.ts';
import { gitHubTasks, gitHubView } from '../stages/doctor/github.ts';
import { googleView, identityTask } from '../stages/doctor/identity.ts';
import { registryTasks } from '../stages/doctor/registry.ts';
import { runTasks, type Task } from '../stages/doctor/task.ts';
import { visitTasks } from '../stages/doctor/visit.ts';
import { cancelOnSignals } from './cancel.ts';
import { checkoutEvent } from './checkout-event.ts';
import { type Command, print } from './command.ts';
import { gitHubSite, noRepositoryTask, serviceAccountOf } from './doctor/github.ts';
import { googleSettings } from './doctor/google.ts';
import { registryFor, visitedHosts } from './doctor/outside.ts';
import { progressLine } from './doctor/progress.ts';
import { quietLog } from './doctor/quiet-log.ts';
import { readConfigFile, readWorkflows } from './doctor/repository.ts';
import { repositoryTask } from './doctor/repository-task.ts';
import { type Around, clusterSites } from './doctor/sites.ts';

/** Where the doctor runs, and where Slipway itself is. */
type Here = Around & { installed: string };

/** `slipway doctor`: checks the set-up, and writes nothing anywhere. */
export const doctorCommand: Command = {
  usage: DOCTOR_USAGE,
  async run(args, { root: installed }) {
    const inputs = doctorInputs(args);
    const secrets = new Secrets();
    const log = quietLog(secrets);
    const cancellation = cancelOnSignals(log);
    const workingDirectory = resolve(inputs.workingDirectory ?? '.');
    const around = { env: process.env, workingDirectory, clock: systemClock, log, signal: cancellation.signal };
    const progress = progressLine(process.stderr);
    try {
      const report = await examined(inputs, { ...around, installed }, progress.show);
      progress.clear();
      const text = inputs.json ? `${JSON.stringify(report, null, 2)}\n` : doctorText(report);
      await print(secrets.redact(text));
      return report.healthy ? 0 : 1;
    } finally {
      progress.clear();
      cancellation.dispose();
    }
  },
};

async function examined(
  inputs: DoctorInputs,
  around: Here,
  progress: (done: number, all: number, title: string) => void,
): Promise<DoctorReport> {
  const { config, facts } = readConfigFile(around.workingDirectory, inputs.config);
  const read = checkConfigFile(facts);
  const planned = config === undefined ? undefined : await plannedFrom(config, around);
  const first = planned?.refused ?? read;
  const tasks = planned?.expected === undefined ? [] : await allTasks(planned.expected, planned.origin, inputs, around);
  const wanted = tasks.filter(({ area }) => inputs.only.length === 0 || inputs.only.includes(area));
  const found = await runTasks(wanted, { ...around, progress });
  const findings = [first, ...found].filter(({ area }) => inputs.only.length === 0 || inputs.only.includes(area));
  const isHealthy = findings.every(({ status }) => status !== 'failed');
  const checkedAt = new Date(around.clock.now()).toISOString();
  return { format: 1, app: config?.app ?? null, checkedAt, healthy: isHealthy, findings };
}

/** What slipway.yml needs, or why a rollout would refuse it. */
async function plannedFrom(
  config: Config,
  { workingDirectory }: Around,
): Promise<{ expected?: Expected; refused?: Finding; origin?: string | undefined }> {
  const { event, origin } = await checkoutEvent(workingDirectory);
  try {
    return { expected: expectedOf(config, event, workingDirectory), origin };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const { message, details, remedy = 'Correct slipway.yml.' } = error;
    return { refused: finder('repository.config').failed(message, { advice: remedy, evidence: details }) };
  }
}

/** The reusable workflows of this version. */
function libraryFor({ environments, review }: Expected, files: readonly WorkflowFile[]): Library {
  const clusters = [...environments.map(({ cluster }) => cluster), review?.cluster];
  const name = (path: string) => path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  return {
    workflows: Object.fromEntries(files.map(({ path, content }) => [name(path), content])),
    google: clusters.some((cluster) => cluster !== undefined && 'gke' in cluster),
  };
}

async function allTasks(
  expected: Expected,
  origin: string | undefined,
  inputs: DoctorInputs,
  around: Here,
): Promise<Task[]> {
  refuseUnknownNames(Object.keys(inputs.as), expected);
  const { workingDirectory: folder, env, installed } = around;
  const root = (await rootOf(folder)) ?? folder;
  const jobs = slipwayJobs(readWorkflows(root), libraryFor(expected, readWorkflows(installed)));
  const github = gitHubSite({ origin, root, file: inputs.config, jobs }, around);
  const view = github && gitHubView(github);
  const google = googleView(() => googleSettings(around));
  const accounts = {
    given: inputs.as,
    inJob: env.GITHUB_ACTIONS === 'true',
    serviceAccountOf: (name: string) => serviceAccountOf(name, expected, view),
  };
  const sites = clusterSites(expected, inputs, around);
  const now = around.clock.now();
  return [
    repositoryTask(expected, jobs, { root, folder, file: inputs.config }),
    ...(github && view ? gitHubTasks(github, expected, view) : [noRepositoryTask()]),
    ...(github && view ? identityTask(jobs, github.address.host, view, google) : []),
    ...registryTasks(expected, { registry: registryFor(around), google, github: view }),
    ...sites.flatMap((site) => clusterTasks(site, expected, accounts, now)),
    ...visitTasks(visitedHosts(sites), visits, now),
  ];
}
