import { RolloutFailed, type SlipwayError, TimedOut, UserError } from '../../errors.ts';
import { type Images, imageFrom, imageWords } from '../../objects/images.ts';
import { keptBack } from '../../objects/partitioned.ts';
import { phaseOf } from '../../objects/phases.ts';
import { containersOf, podTemplateOf, sameRepository } from '../../objects/pod-template.ts';
import { refOf, shortName } from '../../objects/ref.ts';
import { lastGood, newestFirst, type Release, releaseId } from '../../objects/release.ts';
import type { PromotePlan } from '../../plan/promote-plan.ts';
import type { KubeObject } from '../../ports.ts';
import { humanDuration } from '../../text/duration.ts';
import { carryOut } from '../apply/carry-out.ts';
import type { Checked } from '../apply/check.ts';
import { requestFor } from '../apply/request.ts';
import { Records } from '../rollout/records.ts';
import type { PromotePorts } from './ports.ts';

/** Milliseconds: a proven release is ready at once, except while Kubernetes moves one of its pods. */
const HEALTHY_WITHIN_MS = 60_000;

/** A release, and its images under the names of slipway.yml. */
export interface Proven {
  release: Release;
  images: Images;
}

/**
 * The release that `from` runs and proves: recorded as a success, unchanged in the cluster, healthy, old enough, and the
 * requested one.
 * @throws UserError that names the condition that is not met, before anything is written
 */
export async function provenRelease(plan: PromotePlan, ports: PromotePorts): Promise<Proven> {
  const { environment, namespace } = plan.from;
  const releases = await new Records(ports.source, { namespace, repositoryId: plan.to.repositoryId }).list({
    app: plan.to.app,
    environment,
  });
  const release = lastGood(releases);
  if (!release) {
    throw new UserError(`${environment} (${namespace}) has no release of ${plan.to.app} that worked`, {
      remedy: `Roll it out to ${environment} first (rolling-update).`,
    });
  }
  refuseUnsettled(release, releases, environment);
  const images = provenImages(release, plan);
  refuseUnexpected(images, release, plan);
  refuseTooYoung(release, plan, ports.clock.now());
  await refuseDrifted(release, plan, ports);
  return { release, images };
}

/** The images of the release under the names of slipway.yml, which may have changed since. */
function provenImages(release: Release, { repositories, from }: PromotePlan): Images {
  const [only, ...others] = Object.values(release.images);
  const names = Object.keys(repositories);
  if (names.length === 1 && only !== undefined && others.length === 0) return { [names[0] ?? '']: only };
  const found = Object.entries(repositories).map(([name, repository]) => {
    return [name, imageFrom(release.images, repository)] as const;
  });
  const missing = found.filter(([, image]) => image === undefined).map(([name]) => `${name} (${repositories[name]})`);
  if (missing.length === 0) return Object.fromEntries(found) as Images;
  throw new UserError(`${releaseId(release)} of ${from.environment} does not hold ${missing.join(' and ')}`, {
    details: [`it holds ${imageWords(release.images)}`],
    remedy: `Roll all images of slipway.yml out to ${from.environment} first (rolling-update), then promote.`,
  });
}

function refuseUnexpected(images: Images, release: Release, { expected, from }: PromotePlan): void {
  const { environment } = from;
  const other = Object.keys(expected).find((name) => expected[name] !== images[name]);
  if (other === undefined) return;
  throw new UserError(`${environment} runs ${images[other]} (${releaseId(release)}), not ${expected[other]}`, {
    remedy: `Only what ${environment} runs can be promoted: roll it out there first, or leave the input \`image\` out.`,
  });
}

/** After a later rollout that was not rolled back, the state of the environment proves nothing. */
function refuseUnsettled(good: Release, releases: readonly Release[], environment: string): void {
  const later = releases
    .filter(({ revision, outcome }) => revision > good.revision && outcome !== 'rolled-back')
    .sort(newestFirst)[0];
  if (!later) return;
  const how = later.outcome === 'pending' ? 'has not finished' : `ended as ${later.outcome}`;
  throw new UserError(`${environment} is not settled: ${releaseId(later)} came after ${releaseId(good)} and ${how}`, {
    details: later.run.url ? [`run: ${later.run.url}`] : [],
    remedy: `Roll out to ${environment} until it succeeds, then promote.`,
  });
}

function refuseTooYoung(release: Release, { soakMs, from }: PromotePlan, now: number): void {
  const age = now - Date.parse(release.finishedAt ?? release.startedAt);
  if (age >= soakMs) return;
  throw new UserError(
    `${releaseId(release)} has run in ${from.environment} for ${humanDuration(age)}; the input \`soak\` requires ${humanDuration(soakMs)}`,
    { remedy: `Promote again in ${humanDuration(soakMs - age)}, or lower the input \`soak\`.` },
  );
}

/** The cluster must run the recorded release, and it must be healthy now. */
async function refuseDrifted(release: Release, plan: PromotePlan, ports: PromotePorts): Promise<void> {
  const { environment } = plan.from;
  const workloads = release.objects.filter((object) => phaseOf(object) === 'workloads');
  const lives = await Promise.all(workloads.map((object) => ports.source.get(refOf(object))));
  refusePartial(lives, release, environment);
  const checked = workloads.map((object, index): Checked => {
    const live = lives[index];
    const other = live ? otherImage(live, release.images) : 'is gone';
    if (other === undefined) return { object, live, dryRun: live, changes: false };
    throw new UserError(
      `${environment} does not run the objects of ${releaseId(release)}: ${shortName(refOf(object))} ${other}`,
      {
        remedy: `Somebody changed it by hand. Roll out to ${environment} again, then promote.`,
      },
    );
  });
  const { namespace } = plan.from;
  const request = requestFor(ports, { namespace, objects: workloads, deadlineMs: HEALTHY_WITHIN_MS });
  const report = await carryOut(
    { request, objects: checked, jobs: [], observe: true },
    { ...ports, cluster: ports.source },
  );
  if (report.error) throw unhealthy(report.error, environment);
}

/** A release that only some pods run is not proven. */
function refusePartial(lives: readonly (KubeObject | undefined)[], release: Release, environment: string): void {
  for (const live of lives) {
    const kept = live && keptBack(live);
    if (!live || !kept) continue;
    throw new UserError(`${environment} runs ${releaseId(release)} only in part: ${shortName(refOf(live))}: ${kept}`, {
      remedy: `Lower the partition to 0, roll out to ${environment} until it succeeds, then promote.`,
    });
  }
}

/** The image that a live workload runs instead of one of the release; undefined if they are equal. */
function otherImage(live: KubeObject, images: Images): string | undefined {
  const template = podTemplateOf(live);
  const all = Object.values(images);
  const other = (template ? containersOf(template) : []).find((one) => {
    const recorded = all.find((image) => sameRepository(one.image, image));
    return recorded !== undefined && one.image !== recorded;
  });
  return other ? `runs ${other.image}` : undefined;
}

function unhealthy(error: SlipwayError, environment: string): SlipwayError {
  if (!(error instanceof RolloutFailed || error instanceof TimedOut)) return error;
  return new UserError(`${environment} is not healthy now: ${error.message}`, {
    details: [...error.details],
    remedy: `Nothing was promoted. ${error.remedy ?? ''}`.trim(),
    cause: error,
  });
}
