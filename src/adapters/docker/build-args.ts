import { UserError } from '../../errors.ts';
import type { BuildRequest } from '../../ports.ts';

/** The command line of a build, and its environment, which alone holds the values of the secrets. */
export interface BuildCommand {
  args: string[];
  env: Record<string, string>;
}

/**
 * @param program buildx: uses the plugin; otherwise the client's built-in BuildKit (Docker 20.10)
 * @param resultFile buildx writes its metadata there, the other builder the image's id
 * @see https://docs.docker.com/reference/cli/docker/buildx/build/
 */
export function buildCommand(
  request: BuildRequest,
  { buildx, rawProgress }: { buildx: boolean; rawProgress: boolean },
  resultFile: string,
): BuildCommand {
  const secrets = request.secrets.map((secret, index) => ({ ...secret, variable: `SLIPWAY_BUILD_SECRET_${index}` }));
  const pairs = (option: string, record: Record<string, string>) =>
    Object.entries(record).map(([name, value]) => `${option}=${name}=${value}`);
  const args = [
    ...(buildx ? ['buildx', 'build', '--load'] : ['build']),
    `--progress=${rawProgress ? 'rawjson' : 'plain'}`,
    `--${buildx ? 'metadata-file' : 'iidfile'}=${resultFile}`,
    `--file=${request.dockerfile}`,
    ...pairs('--build-context', request.contexts),
    ...(request.pull ? ['--pull'] : []),
    ...(request.target ? [`--target=${request.target}`] : []),
    ...(request.platforms.length > 0 ? [`--platform=${request.platforms.join(',')}`] : []),
    ...request.tags.map((tag) => `--tag=${tag}`),
    ...pairs('--label', request.labels),
    ...pairs('--build-arg', request.buildArgs),
    ...secrets.map(({ id, variable }) => `--secret=id=${id},env=${variable}`),
    ...request.ssh.map((one) => `--ssh=${one}`),
    ...(buildx ? cacheOptions(request) : oldCacheOptions(request)),
    '--',
    request.contextDir,
  ];
  return {
    args,
    env: {
      DOCKER_BUILDKIT: '1',
      // Provenance makes the image an index, whose digest is not that of the tested image.
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      // buildx would wait for the record of the build to add its provenance to the metadata, which nobody reads.
      BUILDX_METADATA_PROVENANCE: 'disabled',
      ...Object.fromEntries(secrets.map(({ variable, value }) => [variable, value])),
    },
  };
}

function cacheOptions(request: BuildRequest): string[] {
  return [
    ...request.cacheFrom.map((spec) => `--cache-from=${spec}`),
    ...request.cacheTo.map((spec) => `--cache-to=${spec}`),
  ];
}

/** Docker 20.10 without the plugin reads caches from images only, and writes them only into the image itself. */
function oldCacheOptions(request: BuildRequest): string[] {
  const from = request.cacheFrom.map((spec) => /^type=registry,ref=([^,]+)$/.exec(spec)?.[1]);
  const inline = request.cacheTo.includes('type=inline');
  if (from.includes(undefined) || request.cacheTo.some((spec) => spec !== 'type=inline')) {
    throw new UserError('this docker has no buildx, which the input `cache` needs', {
      remedy:
        'Install docker-buildx-plugin or add docker/setup-buildx-action before this action, or use `cache: inline`.',
    });
  }
  return [...from.map((ref) => `--cache-from=${ref}`), ...(inline ? ['--build-arg=BUILDKIT_INLINE_CACHE=1'] : [])];
}
