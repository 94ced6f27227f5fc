import { Cancelled, EnvironmentError, SlipwayError } from '../../errors.ts';
import { tryReference } from '../../objects/image-reference.ts';
import type { CleanPlan } from '../../plan/clean/clean-plan.ts';
import { componentsOf } from '../../plan/clean/components.ts';
import { type Judged, type Judging, judge, neededBy, type Roots } from '../../plan/clean/judge.ts';
import {
  SIGHTINGS_TAG,
  SIGHTINGS_TYPE,
  type Sightings,
  sightingsOf,
  sightingsText,
} from '../../plan/clean/sightings.ts';
import { IMAGE_LABELS } from '../../plan/images/labels.ts';
import type { Cluster, ImageRepository } from '../../ports.ts';
import type { StageResult } from '../../stage-result.ts';
import { inPool } from '../pool.ts';
import { Steps } from '../steps.ts';
import type { CleanPorts } from './ports.ts';
import { type Cleaned, cleanResult } from './result.ts';
import { type OpenClusters, rootsOf } from './roots.ts';
import { builtImages, checkComplete, readSightingsOf, surveyOf } from './survey.ts';
import { proveKept, sweep } from './sweep.ts';

/**
 * Deletes images that nothing needs: no recorded release, no review environment, nothing that runs, no tag that stays. Reads
 * everything before it deletes anything; keeps what it cannot prove.
 * @throws EnvironmentError if a cluster, the pull requests or a registry cannot be read; nothing was deleted
 */
export async function runClean(plan: CleanPlan, ports: CleanPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const clusters = await steps.run('clusters', () => openAll(plan, ports));
  await steps.run('pull requests', () => openPullRequests(plan, ports));
  const cleaned: Cleaned[] = [];
  let left = plan.limit;
  for (const name of plan.repositories) {
    const repository = ports.repository(name);
    const one = await steps.run(name, () => clean({ repository, plan, clusters, limit: left }, ports));
    left -= one.swept.filter(({ kept }) => kept === undefined).length;
    cleaned.push(one);
    if (one.error) break;
  }
  return cleanResult(plan, cleaned, steps);
}

interface Cleaning {
  repository: ImageRepository;
  plan: CleanPlan;
  clusters: OpenClusters;
  /** Images to delete at most. */
  limit: number;
}

async function clean({ repository, plan, clusters, limit }: Cleaning, ports: CleanPorts): Promise<Cleaned> {
  const { clock, log, signal } = ports;
  const rootsNow = async () => rootsIn(await rootsOf(plan, clusters), repository.name);
  const needsNow = async () => ({ open: await openPullRequests(plan, ports), roots: await rootsNow() });
  const sightings = await readSightingsOf(repository);
  // What is in use may have no tag any more, and leads to what it needs.
  const state = await surveyOf(repository, [...sightings.keys(), ...(await rootsNow()).digests.keys()]);
  checkComplete(state, sightings, repository);
  // Once more: what was released since counts as well.
  const needs = await needsNow();
  const { retention } = plan;
  const components = componentsOf(state);
  const candidates = components.filter((one) => neededBy(one, { ...needs, retention }) === undefined);
  const built = await builtImages(repository, candidates);
  const judging: Judging = { state, ...needs, retention, sightings, built, isOurs: oursBy(plan), now: clock.now() };
  const judged = components.map((component) => judge(component, judging));
  const due = judged.filter(({ fate }) => fate === 'due').slice(0, limit);
  if (plan.dryRun) return { repository, judged, due, swept: [], error: undefined };
  await repository.requireDeletion();
  signal.throwIfAborted();
  const { swept, error } = await sweep(due, { repository, state, judging, needsNow });
  const noted = await failureOf(() => note(judged, sightings, repository));
  const proven = await failureOf(async () => swept.length > 0 && proveKept(state, await rootsNow(), repository));
  const removed = swept.filter(({ kept }) => kept === undefined).length;
  log.info(`${repository.name}: ${removed} of ${judged.length} images deleted`);
  return { repository, judged, due, swept, error: proven ?? error ?? noted };
}

/** Two apps of a repository may share a registry repository: the other one has environments that are not read here. */
function oursBy({ app, repositoryId }: CleanPlan): Judging['isOurs'] {
  return (labels) =>
    labels[IMAGE_LABELS.repository] === String(repositoryId) && (labels[IMAGE_LABELS.app] ?? app) === app;
}

/** The report says what was deleted, also after a failure. */
async function failureOf(work: () => Promise<unknown>): Promise<SlipwayError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError && !(error instanceof Cancelled)) return error;
    throw error;
  }
}

/** The next run needs the first sighting of what stays, and the digests of what this one may not have finished. */
async function note(judged: readonly Judged[], before: Sightings, repository: ImageRepository): Promise<void> {
  const now = sightingsText(sightingsOf(judged));
  if (now === sightingsText(before)) return;
  const earlier = (await repository.manifest(SIGHTINGS_TAG))?.digest;
  await repository.put(SIGHTINGS_TAG, SIGHTINGS_TYPE, Buffer.from(now));
  const written = (await repository.manifest(SIGHTINGS_TAG))?.digest;
  if (earlier !== undefined && written !== undefined && earlier !== written) await repository.deleteManifest(earlier);
}

function rootsIn(roots: ReadonlyMap<string, Roots>, repository: string): Roots {
  const found = roots.get(tryReference(repository)?.repository ?? repository);
  return found ?? { digests: new Map(), tags: new Map() };
}

async function openAll(plan: CleanPlan, ports: CleanPorts): Promise<OpenClusters> {
  const opened = async (environment: string | undefined): Promise<Cluster> => {
    const cluster = await ports.connect(environment);
    ports.log.info(`${environment ?? 'review'}: cluster ${cluster.name}, Kubernetes ${await cluster.version()}`);
    return cluster;
  };
  const environments = await inPool(plan.environments, async ({ name }) => [name, await opened(name)] as const);
  return { environments: new Map(environments), reviews: plan.reviews ? await opened(undefined) : undefined };
}

/** @throws EnvironmentError if not all can be read, or if they belong to another repository */
async function openPullRequests({ repositoryId }: CleanPlan, { github }: CleanPorts): Promise<ReadonlySet<number>> {
  const id = await github.repositoryId();
  if (id !== repositoryId) {
    throw new EnvironmentError(`the token belongs to repository ${id}, and this run to repository ${repositoryId}`, {
      remedy: 'Nothing was deleted. Pass a token that can read the pull requests of this repository.',
    });
  }
  return new Set((await github.openPullRequests()).map(({ number }) => number));
}
