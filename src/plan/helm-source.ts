import type { DeployConfig } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { HelmSource } from '../ports.ts';

type HelmConfig = NonNullable<DeployConfig['helm']>;

/**
 * The chart of slipway.yml. A chart outside of the checkout must be pinned, so that a release gets the tested chart.
 * @param path makes a path of the checkout absolute
 * @throws UserError for an unpinned chart, or for another kind of URL
 */
export function helmSource(config: HelmConfig, app: string, path: (template: string) => string): HelmSource {
  const { chart, repository, version, values = [], set = {}, variables = {}, crds = true, release = app } = config;
  const isRemote = chart.startsWith('oci://') || repository !== undefined;
  if (isRemote) refuseUnpinned(config);
  else if (/^[a-z+]+:\/\//.test(chart)) {
    throw new UserError(`deploy.helm.chart: ${chart} is neither a folder nor an oci:// reference`, {
      remedy:
        'Give a folder of the checkout, oci://… with version, or the name of the chart with repository: https://….',
    });
  } else if (version !== undefined) {
    throw new UserError('deploy.helm.version: a chart in a folder has the version of its Chart.yaml', {
      remedy: 'Leave version out, or use a chart of a registry (oci://…) or of a repository.',
    });
  }
  return {
    from: 'helm',
    chart: isRemote ? chart : path(chart),
    remote: isRemote ? { repository, version } : undefined,
    values: values.map(path),
    ...{ set, variables, crds, release },
  };
}

function refuseUnpinned({ chart, repository, version }: HelmConfig): void {
  if (repository !== undefined && /[:/]/.test(chart)) {
    throw new UserError(`deploy.helm.chart: with repository, it must be the name of a chart, not ${chart}`, {
      remedy: 'Leave repository out for oci://… and for a folder.',
    });
  }
  const digest = /@sha256:[0-9a-f]{64}$/.test(chart);
  if (digest || version !== undefined) return;
  throw new UserError(`deploy.helm.chart: ${chart} names no version`, {
    remedy: `Add version: 1.2.3${repository === undefined ? ', or @sha256:… to the reference' : ''}. A moving chart would change what is released without a commit.`,
  });
}
