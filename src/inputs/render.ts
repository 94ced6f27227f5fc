import { parseArgs } from 'node:util';
import { messageOf, UserError } from '../errors.ts';
import { pullRequestNumber } from './review-environment.ts';
import { checkedVariant } from './variant.ts';

/** Arguments of `slipway render`. */
export interface RenderInputs {
  /** A persistent environment; undefined for a review environment. */
  environment: string | undefined;
  /** Pull request of the review environment. */
  number: number | undefined;
  variant: string | undefined;
  /** References of images, as `reference` or `name=reference`; default: the tag of the commit in each repository. */
  image: string[] | undefined;
  /** Version of Kubernetes that charts see, such as v1.34.0. */
  kubeVersion: string;
  config: string;
  workingDirectory: string | undefined;
}

export const RENDER_USAGE = `usage: slipway render <environment>
       slipway render --pull-request <number> [--variant <name>]

Prints the objects that Slipway writes, as YAML: those of slipway.yml, or objects of your own as it adapts them. Needs no cluster; Secrets are hidden.

  --image <reference>          default: the tag of the checked-out commit; with several images name=reference, for each
  --kube-version <version>     of the cluster, for charts; default: 1.34.0
  --config <file>              default: slipway.yml
  --working-directory <folder> default: the current folder
  --help                       prints this text
`;

/** @throws UserError for unknown arguments, or without an environment */
export function renderInputs(args: string[]): RenderInputs {
  const { values, positionals } = parsed(args);
  const [environment, ...more] = positionals;
  const number = pullRequestNumber(values['pull-request']);
  if (more.length > 0 || (environment === undefined) === (number === undefined)) {
    throw new UserError('`slipway render` needs one environment, or --pull-request', { details: usage() });
  }
  if (values.variant !== undefined && number === undefined) {
    throw new UserError('--variant is for --pull-request', { details: usage() });
  }
  return {
    environment,
    number,
    variant: checkedVariant(values.variant),
    image: values.image,
    kubeVersion: kubeVersionOf(values['kube-version'] ?? '1.34.0'),
    config: values.config ?? 'slipway.yml',
    workingDirectory: values['working-directory'],
  };
}

/** As a server reports it: v1.34.0 for 1.34. */
function kubeVersionOf(text: string): string {
  const [, minor, patch = '0'] = /^v?1\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  if (minor !== undefined) return `v1.${minor}.${patch}`;
  throw new UserError(`--kube-version ${text} is no version of Kubernetes, such as 1.34 or 1.34.1`, {
    details: usage(),
  });
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    'pull-request': text,
    variant: text,
    image: { ...text, multiple: true } as const,
    'kube-version': text,
    config: text,
    'working-directory': text,
  };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UserError(`\`slipway render\`: ${messageOf(error)}`, { details: usage() });
  }
}

function usage(): string[] {
  return RENDER_USAGE.trimEnd().split('\n');
}
