import type { DeployConfig } from '../config/schema.ts';
import { UserError } from '../errors.ts';
import type { HelmSource } from '../ports.ts';

type HelmConfig = NonNullable<DeployConfig['helm']>;

/**
 * The chart of slipway.yml. One that is not in the checkout has to be pinned: what a release was tested with is what the next
 * one gets.
 * @param path makes a path of the checkout absolute
 * @throws UserError for a chart that is not pinned, or named by a URL of another kind
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
      remedy: 'Leave version out, or name the chart by oci://… or repository.',
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
    throw new UserError(`deploy.helm.chart: with repository it is the name of a chart, not ${chart}`, {
      remedy: 'Leave repository out for oci://… and for a folder.',
    });
  }
  const digest = /@sha256:[0-9a-f]{64}$/.test(chart);
  if (digest || version !== undefined) return;
  throw new UserError(`deploy.helm.chart: ${chart} names no version`, {
    remedy: `Add version: 1.2.3${repository === undefined ? ', or @sha256:… to the reference' : ''}. A moving chart would change what is released without a commit.`,
  });
}
