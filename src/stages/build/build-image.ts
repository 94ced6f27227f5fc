import type { ImageBuild } from '../../plan/build-plan.ts';
import { IMAGE_LABELS, ociLabels } from '../../plan/images/labels.ts';
import { builtName } from '../../plan/images/tags.ts';
import type { BuildRequest, BuiltImage } from '../../ports.ts';
import type { BuildPorts } from './ports.ts';
import type { BuildKey } from './sources.ts';

/** @param title with several builds at a time, each line of the log begins with it; empty for the only build */
export async function buildImage(
  build: ImageBuild,
  key: BuildKey,
  title: string,
  ports: BuildPorts,
): Promise<BuiltImage> {
  const request = await requestFor(build, key, ports);
  if (title !== '') {
    const onLine = (line: string) => ports.log.output(`${title} | ${line}`);
    return ports.builder.build(request, onLine, ports.signal);
  }
  return ports.log.group(`docker build ${build.tags[0]}`, () =>
    ports.builder.build(request, (line) => ports.log.output(line), ports.signal),
  );
}

async function requestFor(build: ImageBuild, key: BuildKey, ports: BuildPorts): Promise<BuildRequest> {
  const commit = build.sourceDate ?? (await ports.history.commitTime(build.event.sha));
  const created = commit ?? Math.floor(ports.clock.now() / 1_000);
  return {
    contextDir: build.contextDir,
    dockerfile: build.dockerfile,
    contexts: key.contexts,
    ...(build.target === undefined ? {} : { target: build.target }),
    platforms: build.platforms,
    buildArgs: build.buildArgs,
    secrets: [...(ports.secrets[build.name] ?? [])].map(([id, value]) => ({ id, value })),
    ssh: build.ssh,
    tags: [...build.tags, builtName(build.event, key.key)],
    labels: {
      ...ociLabels(build.event, build.app, created),
      ...build.labels,
      [IMAGE_LABELS.sourceKey]: key.key,
      [IMAGE_LABELS.sourceParts]: JSON.stringify(key.parts),
    },
    cacheFrom: build.cacheFrom,
    cacheTo: build.cacheTo,
    pull: key.pull,
  };
}
