import { sourceUrl } from '../../plan/images/labels.ts';
import type { Built } from './built.ts';
import type { BuildPorts } from './ports.ts';
import { writeBuilt } from './record.ts';

/** Records an image for run-tests and push-to-registry. */
export async function recordBuilt(
  { plan, key, stages, made, pushed }: Built,
  { files, clock }: BuildPorts,
): Promise<void> {
  if (plan.builtDir === undefined) return;
  const { event, name } = plan;
  const about = { name, commit: event.sha, sourceKey: key.key };
  if (pushed !== undefined) {
    const { image, reference, proof } = pushed;
    const { build, suites, byDefaultBranch } = proof;
    const own = { reference, suites, byDefaultBranch };
    return writeBuilt(files, plan.builtDir, { ...about, image: image.digest, build, pushed: own });
  }
  const build = {
    sourceKey: key.key,
    stages,
    finishedOn: new Date(clock.now()).toISOString(),
    caches: plan.cacheFrom,
    images: key.images,
    source: { url: sourceUrl(event), commit: event.sha },
    run: event.run.url,
  };
  await writeBuilt(files, plan.builtDir, {
    ...about,
    image: made?.image.id ?? '',
    build: made?.reused === false && key.open.length === 0 ? build : undefined,
  });
}
