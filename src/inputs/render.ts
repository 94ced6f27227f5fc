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
  config: string;
  workingDirectory: string | undefined;
}

export const RENDER_USAGE = `usage: slipway render <environment>
       slipway render --pull-request <number> [--variant <name>]

Prints the objects that Slipway writes from slipway.yml, as YAML. Needs no cluster; Secrets are hidden.

  --image <reference>          default: the tag of the checked-out commit; with several images name=reference, for each
  --config <file>              default: slipway.yml
  --working-directory <folder> default: the current folder
  --help                       prints this text
`;

/** @throws UserError for unknown arguments */
export function asksForHelp(args: string[]): boolean {
  return parsed(args).values.help === true;
}

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
    config: values.config ?? 'slipway.yml',
    workingDirectory: values['working-directory'],
  };
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    'pull-request': text,
    variant: text,
    image: { ...text, multiple: true } as const,
    config: text,
    'working-directory': text,
    help: { type: 'boolean', short: 'h' } as const,
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
