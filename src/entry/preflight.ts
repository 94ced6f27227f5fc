import { randomBytes } from 'node:crypto';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { DockerBuilder } from '../adapters/docker/builder.ts';
import { DockerContainers } from '../adapters/docker/containers.ts';
import type { LoginsFor } from '../adapters/docker/login.ts';
import { DockerObserver } from '../adapters/docker/observer.ts';
import { localFiles } from '../adapters/files/local-files.ts';
import { rootOf } from '../adapters/git/checkout.ts';
import { prober } from '../adapters/http/prober.ts';
import { googleLogins } from '../adapters/oci/google-logins.ts';
import { repositoriesOf } from '../config/images.ts';
import { messageOf, SlipwayError } from '../errors.ts';
import { preflightInputs } from '../inputs/preflight.ts';
import { tryReference } from '../objects/image-reference.ts';
import { planPreflight, type Reference } from '../plan/preflight/preflight-plan.ts';
import { readBaseline } from '../preflight/baseline.ts';
import { API_FILE, type ApiRecord, readApiFile } from '../preflight/side-by-side/api-record.ts';
import { runPreflight } from '../stages/preflight/run.ts';
import type { Run, StageWork } from './context.ts';
import { environmentObjects, ownReviewObjects } from './environment-objects.ts';
import { gitHubOf } from './github.ts';
import { googleAccessToken } from './google-access-token.ts';
import { readClusters } from './preflight-clusters.ts';
import { digestsOf, hadolintReports, sourcesOf } from './preflight-sources.ts';
import { type LoginFor, takeReadLogin } from './read-login.ts';
import { reviewBounds } from './review-bounds.ts';
import { servedApis } from './served-apis.ts';

/** preflight: starts the built image as Kubernetes will, and reports what will fail in the cluster. */
export const work: StageWork = async (run) => {
  const inputs = preflightInputs(run.inputs, run.common);
  const readLogin = takeReadLogin(run);
  const [config, event] = [run.config(), run.event()];
  const source = { ...run, config, event, workingDirectory: inputs.workingDirectory };
  const [live, environments, started, reference, configFile, read] = await Promise.all([
    inputs.live ? readClusters(run) : undefined,
    environmentObjects(source),
    ownReviewObjects(source),
    referenceOf(run, inputs.baseline),
    configFileOf(run),
    sourcesOf(run),
  ]);
  for (const note of read.notes) run.log.info(note);
  const surroundings = {
    runId: randomBytes(4).toString('hex'),
    password: randomBytes(16).toString('hex'),
    temp: run.env.RUNNER_TEMP || undefined,
    configFile,
    now: run.clock.now(),
    monday: mondayBefore(run.clock.now()),
  };
  const images = new DockerBuilder(run.env);
  const own = { files: read.files, configFile };
  const [digests, hadolint, apis, served] = await Promise.all([
    digestsOf(run, config, own, images),
    hadolintReports(run, config, own),
    apisOf(inputs.baseline),
    servedApis(run, live),
  ]);
  const given = { environments, started, sources: read.files, live: served.live, digests, hadolint, apis };
  const plan = planPreflight(inputs, config, event, surroundings, { ...given, servedApis: served.apis }, reference);
  const containers = new DockerContainers(run.env, loginsToPull(run, readLogin));
  const observer = new DockerObserver(run.env);
  return runPreflight(plan, { ...run, images, containers, observer, prober, files: localFiles });
};

/** An image of the app that a build was replaced by is pulled with the login that only reads; services are not. */
function loginsToPull(run: Run, readLogin: LoginFor): LoginsFor {
  const own = new Set(Object.values(repositoriesOf(run.config())));
  const others = googleLogins(run.env, run.log, googleAccessToken);
  return async (reference) => {
    const parsed = tryReference(reference);
    const login = parsed && own.has(parsed.repository) ? readLogin(parsed.host) : undefined;
    return parsed === undefined || login === undefined ? others(reference) : new Map([[parsed.host, login]]);
  };
}

/** 1 January 1970 was a Thursday. */
function mondayBefore(now: number): number {
  const day = Math.floor(now / DAY_MS);
  return (day - ((day + 3) % 7)) * DAY_MS;
}

const DAY_MS = 86_400_000;

async function configFileOf({ common: { workingDirectory, config } }: Run): Promise<string> {
  const root = (await rootOf(workingDirectory)) ?? workingDirectory;
  return relative(root, resolve(workingDirectory, config)).split(sep).join('/');
}

const WHOLE_FOLDER = 'Restore the whole folder of the output `preflight-report` of a run on the default branch.';

/** The descriptions of APIs beside the findings of the baseline. */
async function apisOf(baseline: string | undefined): Promise<ApiRecord> {
  if (baseline === undefined) return {};
  const path = join(dirname(resolve(baseline)), API_FILE);
  const text = await localFiles.read(path);
  return text === undefined ? {} : readApiFile(String(text), `${path}, beside the input \`baseline\`,`, WHOLE_FOLDER);
}

/** On a pull request, whose author writes its slipway.yml, the default branch decides what is accepted. */
async function referenceOf(run: Run, path: string | undefined): Promise<Reference> {
  const { accept: own = [], differences = [] } = run.config().preflight ?? {};
  if (run.event().kind !== 'pull-request') return { accepts: own, differences, baseline: undefined, remarks: [] };
  const text = path === undefined ? undefined : await localFiles.read(resolve(path));
  const baseline = path === undefined || text === undefined ? undefined : readBaseline(String(text), path);
  const remarks =
    baseline === undefined ? [`${unknownBase(path)}: findings that the default branch has are shown, too.`] : [];
  try {
    const bounds = await reviewBounds(run, gitHubOf(run), undefined);
    const allowed = bounds ? bounds.config?.preflight : { accept: own, differences };
    return { accepts: allowed?.accept ?? [], differences: allowed?.differences ?? [], baseline, remarks };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const isUsed = own.length + differences.length > 0;
    const remark = isUsed ? [`Nothing is accepted here: ${messageOf(error)}.`] : [];
    return { accepts: [], differences: [], baseline, remarks: [...remarks, ...remark] };
  }
}

/** A cache that was not restored leaves no file. */
function unknownBase(path: string | undefined): string {
  return path === undefined ? 'The input `baseline` is not set' : `${path}, the input \`baseline\`, does not exist`;
}
