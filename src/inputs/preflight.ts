import { parseArgs } from 'node:util';
import { messageOf, UserError } from '../errors.ts';
import type { CommonInputs } from './common.ts';
import type { Inputs } from './read.ts';

/** Inputs of preflight. */
export interface PreflightInputs {
  /** Absolute folder of the application. */
  workingDirectory: string;
  /** Default: the image that build-image built for this commit. */
  image: string | undefined;
  /** Path of the findings of the default branch, relative to the working directory. */
  baseline: string | undefined;
  /** Milliseconds for a port to open. */
  timeoutMs: number | undefined;
  /** Whether the clusters of the environments are read as well. */
  live: boolean;
}

export function preflightInputs(inputs: Inputs, common: CommonInputs): PreflightInputs {
  return {
    workingDirectory: common.workingDirectory,
    image: inputs.text('image'),
    baseline: inputs.text('baseline'),
    timeoutMs: inputs.duration('timeout'),
    live: inputs.flag('live') ?? false,
  };
}

export const PREFLIGHT_USAGE = `usage: slipway preflight [--image <reference>]

Starts the image as Kubernetes will start it, and reports what will fail in the cluster.

  --image <reference>          default: the image that build-image built for this commit; with several name=reference, for each
  --timeout <duration>         time for a process to open its port; default: 15s
  --baseline <file>            findings.json of the default branch
  --live                       also reads the clusters of the environments (KUBECONFIG, otherwise ~/.kube/config); writes nothing
  --config <file>              default: slipway.yml
  --working-directory <folder> default: the current folder
  --help                       prints this text
`;

/**
 * The arguments of the command as variables of the inputs.
 * @throws UserError for unknown arguments
 */
export function preflightArguments(args: string[]): Record<string, string> {
  const text = { type: 'string' } as const;
  const options = {
    image: { ...text, multiple: true } as const,
    timeout: text,
    baseline: text,
    live: { type: 'boolean' } as const,
    config: text,
    'working-directory': text,
  };
  try {
    const { values } = parseArgs({ args, options });
    const given = Object.entries(values).map(([name, value]) => {
      return [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`, [value].flat().map(String).join('\n')];
    });
    return Object.fromEntries(given);
  } catch (error) {
    throw new UserError(`\`slipway preflight\`: ${messageOf(error)}`, {
      details: PREFLIGHT_USAGE.trimEnd().split('\n'),
    });
  }
}
