import { parseArgs } from 'node:util';
import { messageOf, UserError } from '../errors.ts';
import { VARIANTS } from '../plan/init/detect/registry.ts';
import type { InitAnswers } from '../plan/init/findings.ts';

/** Arguments of `slipway init`. */
export interface InitInputs extends InitAnswers {
  dryRun: boolean;
  workingDirectory: string | undefined;
}

export const INIT_USAGE = `usage: slipway init [--dry-run]

Reads a repository and writes slipway.yml and the workflows for it, with the evidence for each value as a comment. Runs nothing of the
repository, and overwrites no file.

  --dry-run                    prints the files in place of writing them
  --variant <name>             google-cloud or kubernetes; default: what the repository uses already
  --app <name>                 default: the name of the repository
  --registry <host/path>       registry and folder of the images, such as ghcr.io/acme
  --cluster <name>             GKE cluster, as projects/…/locations/…/clusters/…
  --domain <name>              hosts are made below it: pr-7.<app>.<domain>
  --working-directory <folder> default: the current folder
  --help                       prints this text
`;

/** @throws UserError for unknown arguments */
export function initInputs(args: string[]): InitInputs {
  const values = parsed(args);
  const variant = VARIANTS.find((known) => known === values.variant);
  if (values.variant !== undefined && variant === undefined) {
    throw new UserError(`--variant ${JSON.stringify(values.variant)} is not known; give ${VARIANTS.join(' or ')}`, {
      details: usage(),
    });
  }
  return {
    dryRun: values['dry-run'] ?? false,
    variant,
    app: values.app,
    registry: values.registry?.replace(/\/$/, ''),
    cluster: values.cluster,
    domain: values.domain,
    workingDirectory: values['working-directory'],
  };
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    'dry-run': { type: 'boolean' } as const,
    variant: text,
    app: text,
    registry: text,
    cluster: text,
    domain: text,
    'working-directory': text,
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UserError(`\`slipway init\`: ${messageOf(error)}`, { details: usage() });
  }
}

function usage(): string[] {
  return INIT_USAGE.trimEnd().split('\n');
}
