import type { BuildPlan } from '../../plan/build-plan.ts';
import { IMAGE_LABELS, ociLabels } from '../../plan/images/labels.ts';
import { builtName } from '../../plan/images/tags.ts';
import type { BuildRequest, LocalImage } from '../../ports.ts';
import type { StageResult } from '../../stage-result.ts';
import { Steps } from '../steps.ts';
import type { BuildPorts } from './ports.ts';
import { buildResult } from './result.ts';
import { reusable, tagAll } from './reuse.ts';
import { checkContext, sourceKeyOf } from './sources.ts';

/**
 * Builds the image of a commit, or uses the one in the engine that was made from the same sources.
 * @throws UserError before anything is built for a missing Dockerfile or credentials in the context; with the failing
 *   instruction when the build fails
 */
export async function runBuild(plan: BuildPlan, ports: BuildPorts): Promise<StageResult> {
  const steps = new Steps(ports.log, ports.clock);
  const scan = await steps.run('read the context', () => ports.context.scan(plan.contextDir, plan.dockerfile));
  checkContext(scan);
  const key = sourceKeyOf(plan, scan, [...ports.secrets.keys()]);
  const found = plan.force ? undefined : await reusable(plan, key, ports);
  if (found) await steps.run('tag', () => tagAll(plan, found, ports));
  const image = found ?? (await steps.run('build', () => build(plan, key, ports)));
  return buildResult({ plan, key, scan, image, reused: found !== undefined, steps });
}

async function build(plan: BuildPlan, key: string, ports: BuildPorts): Promise<LocalImage> {
  const commit = plan.sourceDate ?? (await ports.history.commitTime(plan.event.sha));
  const created = commit ?? Math.floor(ports.clock.now() / 1_000);
  const request: BuildRequest = {
    contextDir: plan.contextDir,
    dockerfile: plan.dockerfile,
    ...(plan.target === undefined ? {} : { target: plan.target }),
    platforms: plan.platforms,
    buildArgs: plan.buildArgs,
    secrets: [...ports.secrets].map(([id, value]) => ({ id, value })),
    tags: [...plan.tags, builtName(plan.event, key)],
    labels: { ...ociLabels(plan.event, plan.app, created), ...plan.labels, [IMAGE_LABELS.sourceKey]: key },
    cacheFrom: plan.cacheFrom,
    cacheTo: plan.cacheTo,
  };
  return ports.log.group(`docker build ${plan.image}`, () =>
    ports.builder.build(request, (line) => ports.log.output(line), ports.signal),
  );
}
